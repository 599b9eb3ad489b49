/*
---
titre: De la rupture brute à la rupture sèche
description: >-
  Ce que chaque contrat rompu dans l'année est devenu à la date d'arrêté : un autre contrat dans le réseau, et sous quel
  délai, ou aucun ; depuis six mois et plus, c'est une rupture sèche, celle que la prévention vise d'abord.
section: suites
ordre: 10
colonnes:
  devenir: {libelle: Devenir}
  ruptures_brutes: {libelle: Ruptures brutes, format: entier}
  part_ruptures_brutes: {libelle: Part des ruptures brutes, format: pourcentage}
graphique:
  type: barres
  titre: Devenir des contrats rompus dans l'année
  x: ruptures_brutes
  y: devenir
  tri: lignes
controles:
  - unique: [annee, devenir]
  - non_nul: [annee, devenir]
  - entre: {colonne: part_ruptures_brutes, min: 0, max: 1}
  - somme_egale: {colonne: ruptures_brutes, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

brutes as (
    select
        brutes.annee,
        brutes.id_contrat,
        contrats.id_apprenti,
        contrats.date_rupture,
        contrats.jour_inconnu,
        annees.date_arrete
    from core.ruptures_brutes as brutes
    inner join core.annees as annees on brutes.annee = annees.annee
    inner join core.contrats as contrats on brutes.id_contrat = contrats.id_contrat
),

-- The first other contract that goes on or begins after the rupture, known at the cut-off.
suites as (
    select
        brutes.id_contrat,
        min(contrats.date_debut) as date_suite
    from brutes
    inner join core.contrats as contrats
        on
            brutes.id_apprenti = contrats.id_apprenti
            and brutes.id_contrat != contrats.id_contrat
            and contrats.date_debut <= brutes.date_arrete
            and (contrats.date_debut >= brutes.date_rupture or contrats.date_fin > brutes.date_rupture)
    where not contrats.jamais_commence
    group by brutes.id_contrat
),

devenirs as (
    select
        brutes.annee,
        case
            when brutes.jour_inconnu then 'Non renseigné'
            when suites.date_suite < brutes.date_rupture then 'Déjà sous un autre contrat'
            when suites.date_suite < brutes.date_rupture + to_months(2) then 'Autre contrat en moins de 2 mois'
            when suites.date_suite < brutes.date_rupture + to_months(6) then 'Autre contrat entre 2 et 6 mois'
            when suites.date_suite is not null then 'Autre contrat après 6 mois'
            when brutes.date_arrete < brutes.date_rupture + to_months(6)
                then 'Sans autre contrat, depuis moins de 6 mois'
            else 'Sans autre contrat, depuis 6 mois et plus'
        end as devenir
    from brutes
    left join suites on brutes.id_contrat = suites.id_contrat
),

comptes as (
    select
        annee,
        devenir,
        count(*) as ruptures_brutes
    from devenirs
    group by annee, devenir
),

final as (
    select
        comptes.annee,
        comptes.devenir,
        comptes.ruptures_brutes,
        part(comptes.ruptures_brutes, totaux.ruptures_brutes) as part_ruptures_brutes
    from comptes
    inner join core.ruptures_nettes_par_annee as totaux on comptes.annee = totaux.annee
)

select * from final
order by
    annee,
    list_position([
        'Déjà sous un autre contrat', 'Autre contrat en moins de 2 mois', 'Autre contrat entre 2 et 6 mois',
        'Autre contrat après 6 mois', 'Sans autre contrat, depuis moins de 6 mois',
        'Sans autre contrat, depuis 6 mois et plus'
    ], devenir) nulls last
