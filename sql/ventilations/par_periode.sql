/*
---
titre: Période de la rupture
description: Ruptures nettes selon la période du contrat où elles surviennent.
section: periodes
ordre: 10
cle: [periode]
colonnes: [periode, ruptures_nettes, part_ruptures, part_haute]
total: reseau
---
*/
with comptes as (
    select annee, periode, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, periode
)

select
    *, part_de_l_annee(annee, ruptures_nettes) as part_ruptures,
    unnest(bornes_de_part(annee, periode, ruptures_nettes))
from comptes
order by annee, rang_de_periode(periode)
