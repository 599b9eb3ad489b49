/*
---
titre: Périodes de rupture et année du cycle
description: >-
  Ruptures nettes de chaque période selon que l'apprenti, le jour de la rupture, était ou non dans la dernière année de
  son cycle de formation : la convention de juin à août peut réunir les deux.
section: periodes
ordre: 40
place: annexe
cle: [periode, place_dans_cycle]
colonnes: [periode, place_dans_cycle, ruptures_nettes, part_du_groupe: Part dans la période, part_ruptures]
pivot: {lignes: periode, colonnes: place_dans_cycle, valeur: ruptures_nettes, part: lignes}
total: reseau
controles:
  - entre: {colonne: part_du_groupe, min: 0, max: 1}
  - valeurs: {periode: [essai, intermediaire, post_examen, Non renseigné]}
  - valeurs: {place_dans_cycle: [Année antérieure, Dernière année, Non renseigné]}
---
*/
with comptes as (
    select annee, periode, place_dans_cycle, count(*) as nombre
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, periode, place_dans_cycle
),

periodes as (
    select distinct annee, periode
    from comptes
),

places as (
    select distinct annee, place_dans_cycle
    from comptes
),

-- Each place in the cycle goes with every period, those without a rupture too.
cases as (
    select annee, periode, place_dans_cycle, coalesce(nombre, 0) as ruptures_nettes
    from periodes
    inner join places using (annee)
    left join comptes using (annee, periode, place_dans_cycle)
)

select
    *,
    sum(ruptures_nettes) over (partition by annee, periode) as ruptures_du_groupe,
    part(ruptures_nettes, ruptures_du_groupe) as part_du_groupe,
    part_de_l_annee(annee, ruptures_nettes) as part_ruptures
from cases
order by annee, rang_de_periode(periode), place_dans_cycle = 'Non renseigné', place_dans_cycle
