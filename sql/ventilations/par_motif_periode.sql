/*
---
titre: Motif exprimé et période de la rupture
description: Ruptures nettes de chaque motif donné par l'entreprise selon la période du contrat ; les motifs sensibles
  sont réunis.
section: motifs
ordre: 40
place: annexe
colonnes:
  motif_exprime_groupe: {libelle: Motif exprimé}
  periode: {libelle: Période, format: periode}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_du_groupe: {libelle: Part dans le motif, format: pourcentage}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
pivot: {lignes: motif_exprime_groupe, colonnes: periode, valeur: ruptures_nettes, part: lignes}
controles:
  - unique: [annee, motif_exprime_groupe, periode]
  - non_nul: [annee, motif_exprime_groupe, periode]
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
        motif_exprime_groupe,
        count(*) as ruptures_du_groupe
    from ruptures
    group by annee, motif_exprime_groupe
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
        motif_exprime_groupe,
        periode,
        count(*) as ruptures_nettes
    from ruptures
    group by annee, motif_exprime_groupe, periode
),

final as (
    select
        groupes.annee,
        groupes.motif_exprime_groupe,
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
            and groupes.motif_exprime_groupe = comptes.motif_exprime_groupe
            and periodes.periode = comptes.periode
)

select * from final
order by
    annee,
    ruptures_du_groupe desc,
    motif_exprime_groupe,
    list_position(['essai', 'intermediaire', 'post_examen'], periode) nulls last
