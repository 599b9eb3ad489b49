/*
---
titre: Diplômes du CFA
description: >-
  Apprentis suivis et ruptures nettes du CFA par diplôme préparé, à côté du taux du même diplôme dans le réseau.
section: diplomes
ordre: 40
place: cfa
colonnes:
  diplome: {libelle: Diplôme}
  type_diplome: {libelle: Type}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  repere_reseau: {libelle: Taux dans le réseau, format: repere}
lignes_max: 10
minimum: {colonne: effectif, valeur: 5}
hors_total: Structures qui ne sont pas des CFA non comprises
sans_ligne: Aucun apprenti suivi cette année-là
controles:
  - unique: [annee, uai, diplome, code_diplome, type_diplome]
  - non_nul: [annee, uai, diplome, code_diplome, type_diplome]
---
*/
with

inscriptions as (
    select * from core.inscriptions
    where statut in ('actif', 'rupture_nette')
),

-- The same group wherever its apprentices are, those of the CFA included; nothing where they are too few.
reseau as (
    select
        annee,
        diplome,
        code_diplome,
        type_diplome,
        if(
            fiabilite(count(*)) = 'non_significatif',
            null,
            part(count(*) filter (where statut = 'rupture_nette'), count(*))
        ) as repere_reseau
    from inscriptions
    group by annee, diplome, code_diplome, type_diplome
),

comptes as (
    select
        annee,
        uai,
        structure,
        diplome,
        code_diplome,
        type_diplome,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) as effectif
    from inscriptions
    where type_structure = 'CFA'
    group by annee, uai, structure, diplome, code_diplome, type_diplome
),

final as (
    select
        comptes.annee,
        comptes.uai,
        comptes.structure,
        comptes.diplome,
        comptes.code_diplome,
        comptes.type_diplome,
        comptes.inscrits_actifs,
        comptes.ruptures_nettes,
        comptes.effectif,
        part(comptes.ruptures_nettes, comptes.effectif) as taux_rupture_nette,
        wilson_bas(comptes.ruptures_nettes, comptes.effectif) as taux_bas,
        wilson_haut(comptes.ruptures_nettes, comptes.effectif) as taux_haut,
        fiabilite(comptes.effectif) as fiabilite,
        reseau.repere_reseau
    from comptes
    inner join reseau
        on
            comptes.annee = reseau.annee
            and comptes.diplome = reseau.diplome
            and comptes.code_diplome = reseau.code_diplome
            and comptes.type_diplome = reseau.type_diplome
)

select * from final
order by annee, structure, uai, effectif desc, diplome, code_diplome, type_diplome
