/*
---
titre: Qui a voulu la rupture
description: Ruptures nettes selon l'initiative que dit le motif donné par l'entreprise, s'il la dit (motifs.csv).
section: motifs
ordre: 24
place: annexe
cle: [initiative_motif_exprime]
colonnes: [initiative_motif_exprime, ruptures_nettes, part_ruptures, part_haute]
total: reseau
---
*/
with comptes as (
    select annee, initiative_motif_exprime, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, initiative_motif_exprime
)

select
    *, part_de_l_annee(annee, ruptures_nettes) as part_ruptures,
    unnest(bornes_de_part(annee, initiative_motif_exprime, ruptures_nettes))
from comptes
order by annee, ruptures_nettes desc, alphabetique(initiative_motif_exprime)
