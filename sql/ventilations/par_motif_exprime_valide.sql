/*
---
titre: Motif exprimé et motif validé
description: Ruptures nettes selon le motif donné par l'entreprise et celui que le CFA a validé.
section: motifs
ordre: 30
place: annexe
lignes_max: 20
cle: [motif_exprime, motif_valide]
total: reseau
---
*/
with comptes as (
    select annee, motif_exprime, motif_valide, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, motif_exprime, motif_valide
)

select *, part_de_l_annee(annee, ruptures_nettes) as part_ruptures
from comptes
order by annee, ruptures_nettes desc, alphabetique(motif_exprime), alphabetique(motif_valide)
