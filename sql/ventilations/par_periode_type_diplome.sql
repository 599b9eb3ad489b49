/*
---
titre: Périodes de rupture par type de diplôme
description: Ruptures nettes de chaque type de diplôme selon la période du contrat, et leur part dans le type.
section: periodes
ordre: 30
place: annexe
colonnes:
  type_diplome: {libelle: Type de diplôme}
  periode: {libelle: Période, format: periode}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_du_groupe: {libelle: Part dans le type, format: pourcentage}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
pivot: {lignes: type_diplome, colonnes: periode, valeur: ruptures_nettes, part: lignes}
controles:
  - unique: [annee, type_diplome, periode]
  - non_nul: [annee, type_diplome, periode]
  - entre: {colonne: part_du_groupe, min: 0, max: 1}
  - valeurs: {periode: [essai, intermediaire, post_examen, Non renseigné]}
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

ruptures as (
    select * from core.inscriptions
    where statut = 'rupture_nette'
),

groupes as (
    select
        annee,
        type_diplome,
        count(*) as ruptures_du_groupe
    from ruptures
    group by annee, type_diplome
),

-- Each goes with every group, those without a rupture too.
periodes as (
    select distinct
        annee,
        periode
    from ruptures
),

comptes as (
    select
        annee,
        type_diplome,
        periode,
        count(*) as ruptures_nettes
    from ruptures
    group by annee, type_diplome, periode
),

final as (
    select
        groupes.annee,
        groupes.type_diplome,
        periodes.periode,
        coalesce(comptes.ruptures_nettes, 0) as ruptures_nettes,
        groupes.ruptures_du_groupe,
        part(coalesce(comptes.ruptures_nettes, 0), groupes.ruptures_du_groupe) as part_du_groupe,
        part(coalesce(comptes.ruptures_nettes, 0), totaux.ruptures_nettes) as part_ruptures
    from groupes
    inner join core.ruptures_nettes_par_annee as totaux on groupes.annee = totaux.annee
    inner join periodes on groupes.annee = periodes.annee
    left join comptes
        on
            groupes.annee = comptes.annee
            and groupes.type_diplome = comptes.type_diplome
            and periodes.periode = comptes.periode
)

select * from final
order by
    annee,
    ruptures_du_groupe desc,
    type_diplome,
    list_position(['essai', 'intermediaire', 'post_examen'], periode) nulls last
