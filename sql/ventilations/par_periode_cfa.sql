/*
---
titre: Périodes de rupture par CFA
description: Ruptures nettes de chaque CFA selon la période du contrat, et leur part dans le CFA.
section: periodes
ordre: 20
place: annexe
colonnes:
  structure: {libelle: CFA}
  periode: {libelle: Période, format: periode}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_du_groupe: {libelle: Part dans le CFA, format: pourcentage}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
pivot: {lignes: structure, colonnes: periode, valeur: ruptures_nettes, part: lignes}
hors_total: Structures qui ne sont pas des CFA non comprises
sans_ligne: Aucune rupture nette dans les CFA cette année-là
controles:
  - unique: [annee, uai, periode]
  - non_nul: [annee, uai, structure, periode]
  - entre: {colonne: part_du_groupe, min: 0, max: 1}
  - valeurs: {periode: [essai, intermediaire, post_examen, Non renseigné]}
---
*/
with

ruptures as (
    select * from core.inscriptions
    where statut = 'rupture_nette' and type_structure = 'CFA'
),

groupes as (
    select
        annee,
        uai,
        structure,
        count(*) as ruptures_du_groupe
    from ruptures
    group by annee, uai, structure
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
        uai,
        structure,
        periode,
        count(*) as ruptures_nettes
    from ruptures
    group by annee, uai, structure, periode
),

final as (
    select
        groupes.annee,
        groupes.uai,
        groupes.structure,
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
            and groupes.uai = comptes.uai
            and groupes.structure = comptes.structure
            and periodes.periode = comptes.periode
)

select * from final
order by annee, structure, uai, list_position(['essai', 'intermediaire', 'post_examen'], periode) nulls last
