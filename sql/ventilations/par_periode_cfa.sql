/*
---
titre: Périodes de rupture par CFA
description: Ruptures nettes de chaque CFA selon la période du contrat, et leur part dans le CFA.
section: periodes
ordre: 20
place: annexe
cle: [uai, periode]
colonnes: [structure: CFA, periode, ruptures_nettes, part_du_groupe: Part dans le CFA, part_ruptures]
pivot: {lignes: structure, colonnes: periode, valeur: ruptures_nettes, part: lignes}
total: cfa
sans_ligne: Aucune rupture nette dans les CFA cette année-là
controles:
  - non_nul: structure
  - entre: {colonne: part_du_groupe, min: 0, max: 1}
  - valeurs: {periode: [essai, intermediaire, post_examen, Non renseigné]}
---
*/
with comptes as (
    select annee, uai, structure, periode, count(*) as nombre
    from core.inscriptions
    where statut = 'rupture_nette' and type_structure = 'CFA'
    group by annee, uai, structure, periode
),

cfa as (
    select distinct annee, uai, structure
    from comptes
),

periodes as (
    select distinct annee, periode
    from comptes
),

-- Each period goes with every CFA, those without a rupture too.
cases as (
    select annee, uai, structure, periode, coalesce(nombre, 0) as ruptures_nettes
    from cfa
    inner join periodes using (annee)
    left join comptes using (annee, uai, structure, periode)
)

select
    cases.*,
    sum(cases.ruptures_nettes) over (partition by cases.annee, cases.uai) as ruptures_du_groupe,
    part(cases.ruptures_nettes, ruptures_du_groupe) as part_du_groupe,
    part(cases.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures
from cases
inner join core.ruptures_nettes_par_annee as totaux on cases.annee = totaux.annee
order by annee, alphabetique(structure), uai, rang_de_periode(periode)
