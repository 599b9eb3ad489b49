/*
---
titre: Motifs des ruptures du CFA
description: >-
  Ruptures nettes du CFA selon le motif donné par l'entreprise, à côté de leur part dans le réseau ; les motifs
  sensibles sont réunis.
section: motifs
ordre: 70
place: cfa
cle: [uai, motif_exprime_groupe]
colonnes: [motif_exprime_groupe, ruptures_nettes, part_du_cfa, repere_reseau: Part dans le réseau]
lignes_max: 8
---
*/
with comptes as (
    select annee, uai, structure, type_structure, motif_exprime_groupe, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, uai, structure, type_structure, motif_exprime_groupe
)

select
    * exclude (type_structure),
    part_lisible(ruptures_nettes, sum(ruptures_nettes) over (partition by annee, uai)) as part_du_cfa,
    part_lisible(
        sum(ruptures_nettes) over (partition by annee, motif_exprime_groupe),
        sum(ruptures_nettes) over (partition by annee)
    ) as repere_reseau
from comptes
qualify type_structure = 'CFA'
order by annee, alphabetique(structure), uai, ruptures_nettes desc, alphabetique(motif_exprime_groupe)
