/*
---
titre: Période de la rupture
description: Ruptures nettes selon la période du contrat où elles surviennent.
section: periodes
ordre: 10
colonnes:
  periode: {libelle: Période, format: periode}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
graphique:
  type: barres
  titre: Ruptures nettes selon la période du contrat
  x: ruptures_nettes
  y: periode
  tri: lignes
controles:
  - unique: [annee, periode]
  - non_nul: [annee, periode]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

ruptures as (
    select * from core.inscriptions
    where statut = 'rupture_nette'
),

comptes as (
    select
        annee,
        periode,
        count(*) as ruptures_nettes
    from ruptures
    group by annee, periode
),

final as (
    select
        comptes.annee,
        comptes.periode,
        comptes.ruptures_nettes,
        part(comptes.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures
    from comptes
    inner join core.ruptures_nettes_par_annee as totaux on comptes.annee = totaux.annee
)

select * from final
order by annee, list_position(['essai', 'intermediaire', 'post_examen'], periode) nulls last
