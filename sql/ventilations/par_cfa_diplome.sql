/*
---
titre: Diplômes du CFA
description: >-
  Apprentis suivis et ruptures nettes du CFA par diplôme préparé, à côté du taux du même diplôme dans le réseau.
section: diplomes
ordre: 40
place: cfa
cle: [uai, code_diplome]
colonnes: [diplome, type_diplome: Type, effectif, ruptures_nettes, taux_rupture_nette, repere_reseau]
lignes_max: 10
minimum: {colonne: effectif, valeur: 5}
---
*/
with comptes as (
    select annee, uai, structure, type_structure, diplome, code_diplome, type_diplome, unnest(mesures(statut))
    from core.inscriptions
    group by annee, uai, structure, type_structure, diplome, code_diplome, type_diplome
)

select
    * exclude (type_structure), unnest(taux(ruptures_nettes, effectif)),
    unnest(repere(sum(ruptures_nettes) over groupe, sum(effectif) over groupe))
from comptes window groupe as (partition by annee, code_diplome) qualify type_structure = 'CFA' and effectif > 0
order by annee, alphabetique(structure), uai, effectif desc, alphabetique(diplome), code_diplome
