/*
---
titre: Diplôme à l'entrée des apprentis du CFA
description: >-
  Apprentis suivis et ruptures nettes du CFA selon le plus haut diplôme obtenu avant l'entrée en apprentissage.
section: parcours
ordre: 30
place: cfa
colonnes:
  diplome_entree: {libelle: Diplôme à l'entrée}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  repere_reseau: {libelle: Taux dans le réseau, format: repere}
lignes_max: 8
hors_total: Structures qui ne sont pas des CFA non comprises
sans_ligne: Aucun apprenti suivi cette année-là
controles:
  - unique: [annee, uai, diplome_entree]
  - non_nul: [annee, uai, diplome_entree]
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
        diplome_entree,
        if(
            fiabilite(count(*)) = 'non_significatif',
            null,
            part(count(*) filter (where statut = 'rupture_nette'), count(*))
        ) as repere_reseau
    from inscriptions
    group by annee, diplome_entree
),

comptes as (
    select
        annee,
        uai,
        structure,
        diplome_entree,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) as effectif
    from inscriptions
    where type_structure = 'CFA'
    group by annee, uai, structure, diplome_entree
),

final as (
    select
        comptes.annee,
        comptes.uai,
        comptes.structure,
        comptes.diplome_entree,
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
            and comptes.diplome_entree = reseau.diplome_entree
)

select * from final
order by annee, structure, uai, effectif desc, diplome_entree
