/*
---
titre: Motif exprimé et diplôme à l'entrée
description: >-
  Ruptures nettes selon le motif donné par l'entreprise et le diplôme à l'entrée ; les motifs sensibles sont réunis.
section: motifs
ordre: 60
place: annexe
lignes_max: 10
cle: [motif_exprime_groupe, diplome_entree]
total: reseau
controles: [{entre: {colonne: part_du_groupe, min: 0, max: 1}}]
---
*/
with comptes as (
    select annee, motif_exprime_groupe, diplome_entree, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, motif_exprime_groupe, diplome_entree
)

select
    *,
    sum(ruptures_nettes) over (partition by annee, motif_exprime_groupe) as ruptures_du_groupe,
    part(ruptures_nettes, ruptures_du_groupe) as part_du_groupe,
    part_de_l_annee(annee, ruptures_nettes) as part_ruptures
from comptes
order by annee, ruptures_nettes desc, alphabetique(motif_exprime_groupe), alphabetique(diplome_entree)
