/*
---
titre: Coût des ruptures nettes
description: >-
  Ce que chaque structure devait recevoir, au niveau de prise en charge du contrat rompu, et ne recevra pas : jusqu'à la
  fin de l'année, et jusqu'au terme prévu.
section: cout
ordre: 10
colonnes:
  structure: {libelle: Structure}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  sans_npec: {libelle: Sans montant connu, format: entier}
  sans_date: {libelle: Sans jour connu, format: entier}
  perte_annee: {libelle: Perte de l'année, format: euros}
  perte_totale: {libelle: Perte jusqu'au terme, format: euros}
graphique:
  type: barres
  titre: Perte de chaque structure, dans l'année et jusqu'au terme des contrats
  x: [perte_annee, perte_totale]
  y: structure
sans_ligne: Aucune rupture nette cette année-là
controles:
  - unique: [annee, uai]
  - non_nul: [annee, uai, structure]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: sans_npec, par: annee, total: core.couts_par_annee}
  - somme_egale: {colonne: sans_date, par: annee, total: core.couts_par_annee}
  - somme_egale: {colonne: perte_annee, par: annee, total: core.couts_par_annee, vides: true}
  - somme_egale: {colonne: perte_totale, par: annee, total: core.couts_par_annee, vides: true}
  - expression: sans_npec + sans_date <= ruptures_nettes
  - expression: (sans_npec + sans_date < ruptures_nettes) = (perte_annee is not null and perte_totale is not null)
---
*/
with

couts as (
    select * from core.couts
),

final as (
    select
        annee,
        uai,
        structure,
        count(*) as ruptures_nettes,
        count(*) filter (where chiffrage = 'sans_npec') as sans_npec,
        count(*) filter (where chiffrage = 'sans_date') as sans_date,
        sum(perte_annee)::decimal(18, 2) as perte_annee,
        sum(perte_totale)::decimal(18, 2) as perte_totale
    from couts
    group by annee, uai, structure
)

select * from final
order by annee, structure, uai
