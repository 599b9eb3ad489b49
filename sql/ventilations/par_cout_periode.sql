/*
---
titre: Coût selon la période de la rupture
description: >-
  Ce que les CFA ne recevront pas, selon la période du contrat où survient la rupture ; celle de jour inconnu n'a ni
  période ni coût. Par rupture : perte de l'année, en moyenne des ruptures chiffrées.
section: cout
ordre: 30
colonnes:
  periode: {libelle: Période, format: periode}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  sans_npec: {libelle: Sans montant connu, format: entier}
  sans_date: {libelle: Sans jour connu, format: entier}
  perte_annee: {libelle: Perte de l'année, format: euros}
  perte_totale: {libelle: Perte jusqu'au terme, format: euros}
  perte_annee_par_rupture: {libelle: Par rupture, format: euros}
sans_ligne: Aucune rupture nette cette année-là
controles:
  - unique: [annee, periode]
  - non_nul: [annee, periode]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: sans_npec, par: annee, total: core.couts_par_annee}
  - somme_egale: {colonne: sans_date, par: annee, total: core.couts_par_annee}
  - somme_egale: {colonne: perte_annee, par: annee, total: core.couts_par_annee, vides: true}
  - somme_egale: {colonne: perte_totale, par: annee, total: core.couts_par_annee, vides: true}
  - expression: sans_npec + sans_date <= ruptures_nettes
  - expression: (sans_npec + sans_date < ruptures_nettes) = (perte_annee is not null and perte_totale is not null)
  - expression: (perte_annee_par_rupture is null) = (perte_annee is null)
---
*/
with

couts as (
    select * from core.couts
),

comptes as (
    select
        annee,
        periode,
        count(*) as ruptures_nettes,
        count(*) filter (where chiffrage = 'sans_npec') as sans_npec,
        count(*) filter (where chiffrage = 'sans_date') as sans_date,
        sum(perte_annee)::decimal(18, 2) as perte_annee,
        sum(perte_totale)::decimal(18, 2) as perte_totale
    from couts
    group by annee, periode
),

final as (
    select
        *,
        par_rupture(perte_annee, ruptures_nettes - sans_npec - sans_date) as perte_annee_par_rupture
    from comptes
)

select * from final
order by annee, list_position(['essai', 'intermediaire', 'post_examen'], periode) nulls last
