/*
---
# Une ventilation : un fichier, une section du rapport. docs/ajouter-une-ventilation.md dit tout ce qui peut s'écrire.
titre: Ventilation par sexe
description: Apprentis suivis et ruptures nettes selon la colonne sexe de core.inscriptions.
section: parcours     # une section de config.toml (ruptures lister les montre)
ordre: 100            # sa place dans la section
colonnes:             # celles qu'on imprime, dans l'ordre ; les autres restent dans le classeur
  sexe: {libelle: À nommer}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
  part_effectif: {libelle: Part des apprentis, format: pourcentage}
graphique:            # ou barres, barres_empilees, colonnes_mois, ligne, entonnoir, carte_chaleur, ou rien
  type: points
  titre: Taux de rupture nette par sexe et intervalle à 95 %
  x: taux_rupture_nette
  y: sexe
  reference: region
controles:            # un seul qui échoue, et rien n'est publié
  - unique: [annee, sexe]
  - non_nul: [annee, sexe]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: effectif, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

-- Une ligne par année et apprenti, avec les attributs de son contrat de référence : docs/dictionnaire.md.
inscriptions as (
    select
        annee,
        statut,
        renseigne(sexe::varchar) as sexe
    from core.inscriptions
),

comptes as (
    select
        annee,
        sexe,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) filter (where statut in ('actif', 'rupture_nette')) as effectif
    from inscriptions
    group by annee, sexe
),

final as (
    select
        comptes.annee,
        comptes.sexe,
        comptes.inscrits_actifs,
        comptes.ruptures_nettes,
        comptes.effectif,
        part(comptes.ruptures_nettes, comptes.effectif) as taux_rupture_nette,
        wilson_bas(comptes.ruptures_nettes, comptes.effectif) as taux_bas,
        wilson_haut(comptes.ruptures_nettes, comptes.effectif) as taux_haut,
        fiabilite(comptes.effectif) as fiabilite,
        part(comptes.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures,
        part(comptes.effectif, totaux.effectif) as part_effectif
    from comptes
    inner join core.ruptures_nettes_par_annee as totaux on comptes.annee = totaux.annee
    where comptes.effectif > 0
)

-- Toutes les années publiées, annee en premier, dans un ordre sans ex æquo.
select * from final
order by annee, ruptures_nettes desc, sexe
