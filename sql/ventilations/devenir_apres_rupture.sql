/*
---
titre: Ce que deviennent les contrats rompus
description: >-
  Ce que chaque contrat rompu dans l'année est devenu à la date d'arrêté : un autre contrat dans le réseau, et sous quel
  délai, ou aucun, et depuis quand.
section: suites
ordre: 10
place: annexe
cle: [devenir]
colonnes: [devenir, ruptures_brutes, part_ruptures_brutes]
total: reseau
controles: [{entre: {colonne: part_ruptures_brutes, min: 0, max: 1}}]
---
*/
with comptes as (
    select
        annee,
        case
            when jour_inconnu then 'Non renseigné'
            when date_suite <= date_arrete then delai_suite
            when date_arrete < date_rupture + to_months(6) then 'Sans autre contrat, depuis moins de 6 mois'
            else 'Sans autre contrat, depuis 6 mois et plus'
        end as devenir,
        count(*) as ruptures_brutes
    from core.suites
    group by annee, devenir
)

select *, part_de_l_annee(annee, ruptures_brutes) as part_ruptures_brutes
from comptes
order by annee, list_position([
    'Déjà sous un autre contrat', 'Autre contrat en moins de 2 mois', 'Autre contrat entre 2 et 6 mois',
    'Autre contrat après 6 mois', 'Sans autre contrat, depuis moins de 6 mois',
    'Sans autre contrat, depuis 6 mois et plus'
], devenir)
