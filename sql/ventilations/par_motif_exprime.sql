/*
---
titre: Motif exprimé par l'entreprise
description: Ruptures nettes selon le motif donné par l'entreprise.
section: motifs
ordre: 10
graphique:
  {type: barres, titre: Ruptures nettes selon le motif exprimé par l'entreprise, x: ruptures_nettes, y: motif_exprime}
lignes_max: 10
cle: [motif_exprime]
total: reseau
---
*/
with comptes as (
    select annee, motif_exprime, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, motif_exprime
)

select *, part_de_l_annee(annee, ruptures_nettes) as part_ruptures
from comptes
order by annee, ruptures_nettes desc, motif_exprime
