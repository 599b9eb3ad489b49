/*
---
titre: Périodes de rupture par diplôme à l'entrée
description: Ruptures nettes selon le plus haut diplôme obtenu avant l'entrée en apprentissage et la période du contrat.
section: periodes
ordre: 50
place: annexe
colonnes:
  diplome_entree: {libelle: Diplôme à l'entrée}
  periode: {libelle: Période, format: periode}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_du_groupe: {libelle: Part dans la ligne, format: pourcentage}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
pivot: {lignes: diplome_entree, colonnes: periode, valeur: ruptures_nettes, part: lignes}
controles:
  - unique: [annee, diplome_entree, periode]
  - non_nul: [annee, diplome_entree, periode]
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
        diplome_entree,
        count(*) as ruptures_du_groupe
    from ruptures
    group by annee, diplome_entree
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
        diplome_entree,
        periode,
        count(*) as ruptures_nettes
    from ruptures
    group by annee, diplome_entree, periode
),

final as (
    select
        groupes.annee,
        groupes.diplome_entree,
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
            and groupes.diplome_entree = comptes.diplome_entree
            and periodes.periode = comptes.periode
)

select * from final
order by
    annee,
    ruptures_du_groupe desc,
    diplome_entree,
    list_position(['essai', 'intermediaire', 'post_examen'], periode) nulls last
