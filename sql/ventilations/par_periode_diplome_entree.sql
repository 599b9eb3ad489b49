/*
---
titre: Périodes de rupture par diplôme à l'entrée
description: Ruptures nettes selon le plus haut diplôme obtenu avant l'entrée en apprentissage et la période du contrat.
section: periodes
ordre: 50
place: annexe
cle: [diplome_entree, periode]
colonnes: [diplome_entree, periode, ruptures_nettes, part_du_groupe: Part dans la ligne, part_ruptures]
pivot: {lignes: diplome_entree, colonnes: periode, valeur: ruptures_nettes, part: lignes}
total: reseau
controles:
  - entre: {colonne: part_du_groupe, min: 0, max: 1}
  - valeurs: {periode: [essai, intermediaire, post_examen, Non renseigné]}
---
*/
with comptes as (
    select annee, diplome_entree, periode, count(*) as nombre
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, diplome_entree, periode
),

diplomes as (
    select distinct annee, diplome_entree
    from comptes
),

periodes as (
    select distinct annee, periode
    from comptes
),

-- Each period goes with every diploma, those without a rupture too.
cases as (
    select annee, diplome_entree, periode, coalesce(nombre, 0) as ruptures_nettes
    from diplomes
    inner join periodes using (annee)
    left join comptes using (annee, diplome_entree, periode)
)

select
    *,
    sum(ruptures_nettes) over (partition by annee, diplome_entree) as ruptures_du_groupe,
    part(ruptures_nettes, ruptures_du_groupe) as part_du_groupe,
    part_de_l_annee(annee, ruptures_nettes) as part_ruptures
from cases
order by annee, ruptures_du_groupe desc, alphabetique(diplome_entree), rang_de_periode(periode)
