/*
---
titre: Structures du réseau
description: Apprentis suivis, ruptures nettes et brutes de chaque structure du réseau.
section: structures
ordre: 10
colonnes:
  structure: {libelle: Structure}
  type_structure: {libelle: Type}
  inscrits_actifs: {libelle: Inscrits, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  effectif: {libelle: Apprentis suivis, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
  part_effectif: {libelle: Part des apprentis, format: pourcentage}
  sortis_a_terme: {libelle: Sortis à terme, format: entier}
  ruptures_brutes: {libelle: Ruptures brutes, format: entier}
  resignees: {libelle: Suivies d'un contrat, format: entier}
graphique:
  type: barres_empilees
  titre: Inscrits et ruptures nettes par structure
  x: [inscrits_actifs, ruptures_nettes]
  y: structure
controles:
  - unique: [annee, uai]
  - non_nul: [annee, uai, structure, type_structure, cfa_rattachement]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: effectif, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: sortis_a_terme, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: ruptures_brutes, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

inscriptions as (
    select * from core.inscriptions
),

nettes as (
    select
        annee,
        uai,
        structure,
        type_structure,
        cfa_rattachement,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) filter (where statut in ('actif', 'rupture_nette')) as effectif,
        count(*) filter (where statut = 'sorti_a_terme') as sortis_a_terme,
        0 as ruptures_brutes
    from inscriptions
    group by annee, uai, structure, type_structure, cfa_rattachement
),

-- Gross ruptures belong to the structure of the broken contract, which may not be the apprentice's last one.
brutes as (
    select
        annee,
        uai,
        structure,
        type_structure,
        cfa_rattachement,
        0 as inscrits_actifs,
        0 as ruptures_nettes,
        0 as effectif,
        0 as sortis_a_terme,
        count(*) as ruptures_brutes
    from core.ruptures_brutes
    group by annee, uai, structure, type_structure, cfa_rattachement
),

toutes as (
    select * from nettes
    union all
    select * from brutes
),

comptes as (
    select
        annee,
        uai,
        structure,
        type_structure,
        cfa_rattachement,
        sum(inscrits_actifs)::bigint as inscrits_actifs,
        sum(ruptures_nettes)::bigint as ruptures_nettes,
        sum(effectif)::bigint as effectif,
        sum(sortis_a_terme)::bigint as sortis_a_terme,
        sum(ruptures_brutes)::bigint as ruptures_brutes
    from toutes
    group by annee, uai, structure, type_structure, cfa_rattachement
),

final as (
    select
        comptes.annee,
        comptes.uai,
        comptes.structure,
        comptes.type_structure,
        comptes.cfa_rattachement,
        comptes.inscrits_actifs,
        comptes.ruptures_nettes,
        comptes.effectif,
        part(comptes.ruptures_nettes, comptes.effectif) as taux_rupture_nette,
        wilson_bas(comptes.ruptures_nettes, comptes.effectif) as taux_bas,
        wilson_haut(comptes.ruptures_nettes, comptes.effectif) as taux_haut,
        fiabilite(comptes.effectif) as fiabilite,
        part(comptes.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures,
        part(comptes.effectif, totaux.effectif) as part_effectif,
        comptes.sortis_a_terme,
        comptes.ruptures_brutes,
        comptes.ruptures_brutes - comptes.ruptures_nettes as resignees
    from comptes
    inner join core.ruptures_nettes_par_annee as totaux on comptes.annee = totaux.annee
    where comptes.effectif > 0 or comptes.sortis_a_terme > 0 or comptes.ruptures_brutes > 0
)

select * from final
order by annee, type_structure, structure, uai
