/*
---
titre: Ce qui a suivi les ruptures nettes, selon les CFA
description: >-
  Ruptures nettes selon ce qui les a suivies, d'après les CFA qui les ont validées (ruptures a-valider) ; ailleurs,
  « Non renseigné ».
section: suites
ordre: 24
place: annexe
cle: [suite_rupture]
colonnes: [suite_rupture, ruptures_nettes, part_ruptures, part_haute]
total: reseau
---
*/
with comptes as (
    select annee, suite_rupture, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, suite_rupture
)

select
    *, part_de_l_annee(annee, ruptures_nettes) as part_ruptures,
    unnest(bornes_de_part(annee, suite_rupture, ruptures_nettes))
from comptes
order by annee, suite_rupture = 'Non renseigné', ruptures_nettes desc, alphabetique(suite_rupture)
