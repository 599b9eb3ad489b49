/*
---
titre: Périodes des ruptures du CFA
description: Ruptures nettes du CFA selon la période du contrat, à côté de leur part dans le réseau.
section: periodes
ordre: 60
place: cfa
cle: [uai, periode]
colonnes: [periode, ruptures_nettes, part_du_cfa, repere_reseau: Part dans le réseau]
---
*/
with comptes as (
    select annee, uai, structure, type_structure, periode, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, uai, structure, type_structure, periode
)

select
    * exclude (type_structure),
    part_lisible(ruptures_nettes, sum(ruptures_nettes) over (partition by annee, uai)) as part_du_cfa,
    part_lisible(
        sum(ruptures_nettes) over (partition by annee, periode), sum(ruptures_nettes) over (partition by annee)
    ) as repere_reseau
from comptes
qualify type_structure = 'CFA'
order by annee, alphabetique(structure), uai, rang_de_periode(periode)
