/*
---
titre: De la rupture brute à la rupture sèche
description: >-
  Ce que chaque contrat rompu dans l'année est devenu à la date d'arrêté : un autre contrat dans le réseau, et sous quel
  délai, ou aucun ; depuis six mois et plus, c'est une rupture sèche, celle que la prévention vise d'abord.
section: suites
ordre: 10
cle: [devenir]
colonnes: [devenir, ruptures_brutes, part_ruptures_brutes]
total: reseau
graphique: {type: barres, titre: Devenir des contrats rompus dans l'année, x: ruptures_brutes, y: devenir, tri: lignes}
controles: [{entre: {colonne: part_ruptures_brutes, min: 0, max: 1}}]
---
*/
with suites as (
    select
        ruptures.annee, contrats.id_contrat, contrats.date_rupture, contrats.jour_inconnu, annees.date_arrete,
        -- The first other contract that goes on or begins after the rupture, known at the cut-off.
        min(autres.date_debut) as date_suite
    from core.ruptures_brutes as ruptures
    inner join core.annees as annees using (annee)
    inner join core.contrats as contrats using (id_contrat)
    left join core.contrats as autres
        on
            contrats.id_apprenti = autres.id_apprenti and contrats.id_contrat != autres.id_contrat
            and not autres.jamais_commence and autres.date_debut <= annees.date_arrete
            and (autres.date_debut >= contrats.date_rupture or autres.date_fin > contrats.date_rupture)
    group by all
),

comptes as (
    select
        annee,
        case
            when jour_inconnu then 'Non renseigné'
            when date_suite < date_rupture then 'Déjà sous un autre contrat'
            when date_suite < date_rupture + to_months(2) then 'Autre contrat en moins de 2 mois'
            when date_suite < date_rupture + to_months(6) then 'Autre contrat entre 2 et 6 mois'
            when date_suite is not null then 'Autre contrat après 6 mois'
            when date_arrete < date_rupture + to_months(6) then 'Sans autre contrat, depuis moins de 6 mois'
            else 'Sans autre contrat, depuis 6 mois et plus'
        end as devenir,
        count(*) as ruptures_brutes
    from suites
    group by annee, devenir
)

select *, part_de_l_annee(annee, ruptures_brutes) as part_ruptures_brutes
from comptes
order by annee, list_position([
    'Déjà sous un autre contrat', 'Autre contrat en moins de 2 mois', 'Autre contrat entre 2 et 6 mois',
    'Autre contrat après 6 mois', 'Sans autre contrat, depuis moins de 6 mois',
    'Sans autre contrat, depuis 6 mois et plus'
], devenir)
