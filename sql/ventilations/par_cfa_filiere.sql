/*
---
titre: Filières du CFA
description: Apprentis suivis et ruptures nettes du CFA par filière, à côté du taux de la même filière dans le réseau.
section: metiers
ordre: 20
place: cfa
colonnes:
  filiere: {libelle: Filière}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  repere_reseau: {libelle: Taux dans le réseau, format: repere}
graphique:
  type: points
  titre: Taux de rupture nette du CFA et intervalle à 95 %, par filière
  x: taux_rupture_nette
  y: filiere
  reference: region
hors_total: Structures qui ne sont pas des CFA non comprises
sans_ligne: Aucun apprenti suivi cette année-là
controles:
  - unique: [annee, uai, filiere]
  - non_nul: [annee, uai, filiere]
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
        filiere,
        if(
            fiabilite(count(*)) = 'non_significatif',
            null,
            part(count(*) filter (where statut = 'rupture_nette'), count(*))
        ) as repere_reseau
    from inscriptions
    group by annee, filiere
),

comptes as (
    select
        annee,
        uai,
        structure,
        filiere,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) as effectif
    from inscriptions
    where type_structure = 'CFA'
    group by annee, uai, structure, filiere
),

final as (
    select
        comptes.annee,
        comptes.uai,
        comptes.structure,
        comptes.filiere,
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
            and comptes.filiere = reseau.filiere
)

select * from final
order by annee, structure, uai, effectif desc, filiere
