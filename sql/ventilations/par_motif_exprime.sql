/*
---
titre: Motif exprimé par l'entreprise
description: Ruptures nettes selon le motif donné par l'entreprise.
section: motifs
ordre: 10
cle: [motif_exprime]
colonnes: [motif_exprime, ruptures_nettes, part_ruptures, part_haute]
total: reseau
---
*/
with comptes as (
    select annee, motif_exprime, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, motif_exprime
)

select
    *, part_de_l_annee(annee, ruptures_nettes) as part_ruptures,
    unnest(bornes_de_part(annee, motif_exprime, ruptures_nettes))
from comptes
order by annee, ruptures_nettes desc, alphabetique(motif_exprime)
