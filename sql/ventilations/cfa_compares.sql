/*
---
titre: Les CFA comparés
description: Les taux des CFA au regard de leurs effectifs, puis de leurs diplômes et années de cycle, sans classement.
section: structures
ordre: 30
colonnes:
  structure: {libelle: CFA}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  attendues: {libelle: Ruptures attendues, format: decimal}
graphique:
  type: entonnoir
  titre: Taux de rupture nette de chaque CFA selon son effectif
  x: effectif
  y: taux_rupture_nette
  etiquette: structure
comparaison:
  observees: ruptures_nettes
  attendues: attendues
  unites: CFA
  compte_tenu: des types de diplôme et des années de cycle
hors_total: Structures qui ne sont pas des CFA non comprises
sans_ligne: Aucun CFA n'a d'apprenti suivi cette année-là
lignes_max: 40
controles:
  - unique: [annee, uai]
  - non_nul: [annee, uai, attendues]
  - relation: {colonne: uai, table: core.structures}
---
*/
with

structures as (
    select * from core.ruptures_attendues
    where type_structure = 'CFA'
),

final as (
    select
        annee,
        uai,
        structure,
        effectif,
        ruptures_nettes,
        part(ruptures_nettes, effectif) as taux_rupture_nette,
        wilson_bas(ruptures_nettes, effectif) as taux_bas,
        wilson_haut(ruptures_nettes, effectif) as taux_haut,
        fiabilite(effectif) as fiabilite,
        attendues
    from structures
)

select * from final
order by annee, structure, uai
