/*
---
titre: Périodes de rupture et année du cycle
description: "Ruptures nettes de chaque période selon que l'apprenti, le jour de la rupture, était ou non dans la
  dernière année de son cycle de formation : la convention de juin à août réunit les deux."
section: periodes
ordre: 40
place: annexe
colonnes:
  periode: {libelle: Période, format: periode}
  place_dans_cycle: {libelle: Année du cycle}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_du_groupe: {libelle: Part dans la période, format: pourcentage}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
pivot: {lignes: periode, colonnes: place_dans_cycle, valeur: ruptures_nettes, part: lignes}
controles:
  - unique: [annee, periode, place_dans_cycle]
  - non_nul: [annee, periode, place_dans_cycle]
  - entre: {colonne: part_du_groupe, min: 0, max: 1}
  - valeurs: {periode: [essai, intermediaire, post_examen, Non renseigné]}
  - valeurs: {place_dans_cycle: [Année antérieure, Dernière année, Non renseigné]}
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
        periode,
        count(*) as ruptures_du_groupe
    from ruptures
    group by annee, periode
),

-- Each goes with every group, those without a rupture too.
places as (
    select distinct
        annee,
        place_dans_cycle
    from ruptures
),

comptes as (
    select
        annee,
        periode,
        place_dans_cycle,
        count(*) as ruptures_nettes
    from ruptures
    group by annee, periode, place_dans_cycle
),

final as (
    select
        groupes.annee,
        groupes.periode,
        places.place_dans_cycle,
        coalesce(comptes.ruptures_nettes, 0) as ruptures_nettes,
        groupes.ruptures_du_groupe,
        part(coalesce(comptes.ruptures_nettes, 0), groupes.ruptures_du_groupe) as part_du_groupe,
        part(coalesce(comptes.ruptures_nettes, 0), totaux.ruptures_nettes) as part_ruptures
    from groupes
    inner join core.ruptures_nettes_par_annee as totaux on groupes.annee = totaux.annee
    inner join places on groupes.annee = places.annee
    left join comptes
        on
            groupes.annee = comptes.annee
            and groupes.periode = comptes.periode
            and places.place_dans_cycle = comptes.place_dans_cycle
)

select * from final
order by
    annee,
    list_position(['essai', 'intermediaire', 'post_examen'], periode) nulls last,
    list_position(['Année antérieure', 'Dernière année'], place_dans_cycle) nulls last
