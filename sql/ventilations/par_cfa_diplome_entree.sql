/*
---
titre: Diplôme à l'entrée des apprentis du CFA
description: >-
  Apprentis suivis et ruptures nettes du CFA selon le plus haut diplôme obtenu avant l'entrée en apprentissage.
section: parcours
ordre: 30
place: cfa
cle: [uai, diplome_entree]
lignes_max: 8
---
*/
with comptes as (
    select annee, uai, structure, type_structure, diplome_entree, unnest(mesures(statut))
    from core.inscriptions
    group by annee, uai, structure, type_structure, diplome_entree
)

select
    * exclude (type_structure), unnest(taux(ruptures_nettes, effectif)),
    unnest(repere(sum(ruptures_nettes) over groupe, sum(effectif) over groupe))
from comptes
window groupe as (partition by annee, diplome_entree)
qualify type_structure = 'CFA' and effectif > 0
order by annee, alphabetique(structure), uai, effectif desc, alphabetique(diplome_entree)
