/*
---
titre: Types de diplôme par CFA
description: Taux de rupture nette par type de diplôme dans chacun des CFA ; le classeur donne aussi les effectifs.
section: diplomes
ordre: 20
place: annexe
cle: [uai, type_diplome]
colonnes: [structure: CFA, type_diplome, effectif, ruptures_nettes, taux_rupture_nette, part_ruptures, part_effectif]
pivot: {lignes: structure, colonnes: type_diplome, valeur: taux_rupture_nette}
total: cfa
sans_ligne: Aucun CFA n'a d'apprenti suivi cette année-là
---
*/
with comptes as (
    select annee, uai, structure, type_structure, type_diplome, unnest(mesures(statut))
    from core.inscriptions
    group by annee, uai, structure, type_structure, type_diplome
)

select
    * exclude (type_structure), unnest(taux(ruptures_nettes, effectif)),
    unnest(parts(annee, ruptures_nettes, effectif))
from comptes qualify type_structure = 'CFA' and effectif > 0
order by annee, alphabetique(structure), uai, ruptures_nettes desc, alphabetique(type_diplome)
