/*
---
titre: Motif validé par le CFA
description: Ruptures nettes selon le motif validé par le CFA.
section: motifs
ordre: 20
graphique:
  {type: barres, titre: Ruptures nettes selon le motif validé par le CFA, x: ruptures_nettes, y: motif_valide}
cle: [motif_valide]
colonnes: [motif_valide, ruptures_nettes, part_ruptures, part_haute]
total: reseau
---
*/
with comptes as (
    select annee, motif_valide, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, motif_valide
)

select
    *, part_de_l_annee(annee, ruptures_nettes) as part_ruptures,
    unnest(bornes_de_part(annee, motif_valide, ruptures_nettes))
from comptes
order by annee, ruptures_nettes desc, alphabetique(motif_valide)
