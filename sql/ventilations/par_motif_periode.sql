/*
---
titre: Motif exprimé et période de la rupture
description: >-
  Ruptures nettes de chaque motif donné par l'entreprise selon la période du contrat ; les motifs sensibles sont réunis.
section: motifs
ordre: 40
place: annexe
cle: [motif_exprime_groupe, periode]
colonnes: [motif_exprime_groupe, periode, ruptures_nettes, part_du_groupe: Part dans le motif, part_ruptures]
pivot: {lignes: motif_exprime_groupe, colonnes: periode, valeur: ruptures_nettes, part: lignes}
total: reseau
controles:
  - entre: {colonne: part_du_groupe, min: 0, max: 1}
  - valeurs: {periode: [essai, intermediaire, post_examen, Non renseigné]}
---
*/
with comptes as (
    select annee, motif_exprime_groupe, periode, count(*) as nombre
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, motif_exprime_groupe, periode
),

motifs as (
    select distinct annee, motif_exprime_groupe
    from comptes
),

periodes as (
    select distinct annee, periode
    from comptes
),

-- Each period goes with every motif, those without a rupture too.
cases as (
    select annee, motif_exprime_groupe, periode, coalesce(nombre, 0) as ruptures_nettes
    from motifs
    inner join periodes using (annee)
    left join comptes using (annee, motif_exprime_groupe, periode)
)

select
    *,
    sum(ruptures_nettes) over (partition by annee, motif_exprime_groupe) as ruptures_du_groupe,
    part(ruptures_nettes, ruptures_du_groupe) as part_du_groupe,
    part_de_l_annee(annee, ruptures_nettes) as part_ruptures
from cases
order by annee, ruptures_du_groupe desc, alphabetique(motif_exprime_groupe), rang_de_periode(periode)
