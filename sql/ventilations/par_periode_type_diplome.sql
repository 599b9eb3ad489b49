/*
---
titre: Périodes de rupture par type de diplôme
description: Ruptures nettes de chaque type de diplôme selon la période du contrat, et leur part dans le type.
section: periodes
ordre: 30
place: annexe
cle: [type_diplome, periode]
colonnes: [type_diplome, periode, ruptures_nettes, part_du_groupe: Part dans le type, part_ruptures]
pivot: {lignes: type_diplome, colonnes: periode, valeur: ruptures_nettes, part: lignes}
total: reseau
controles:
  - entre: {colonne: part_du_groupe, min: 0, max: 1}
  - valeurs: {periode: [essai, intermediaire, post_examen, Non renseigné]}
---
*/
with comptes as (
    select annee, type_diplome, periode, count(*) as nombre
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, type_diplome, periode
),

types as (
    select distinct annee, type_diplome
    from comptes
),

periodes as (
    select distinct annee, periode
    from comptes
),

-- Each period goes with every type, those without a rupture too.
cases as (
    select annee, type_diplome, periode, coalesce(nombre, 0) as ruptures_nettes
    from types
    inner join periodes using (annee)
    left join comptes using (annee, type_diplome, periode)
)

select
    *,
    sum(ruptures_nettes) over (partition by annee, type_diplome) as ruptures_du_groupe,
    part(ruptures_nettes, ruptures_du_groupe) as part_du_groupe,
    part_de_l_annee(annee, ruptures_nettes) as part_ruptures
from cases
order by annee, ruptures_du_groupe desc, alphabetique(type_diplome), rang_de_periode(periode)
