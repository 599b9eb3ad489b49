/*
---
titre: En combien de temps un autre contrat suit
description: >-
  Part des contrats rompus dans l'année suivis d'un autre contrat du réseau avant 1, 2, 3 et 6 mois, les contrats étant
  suivis jusqu'au dernier jour des données.
section: suites
ordre: 14
place: annexe
cle: [mois_apres_rupture]
colonnes:
  [mois_apres_rupture: {format: texte}, ruptures_a_suivre, retours, incidence_retour, incidence_retour_basse,
  incidence_retour_haute]
descriptions:
  fiabilite: "Ce que vaut la part : non_significatif (moins de 20 ruptures encore suivies dans le mois), fragile (de 20
    à 49), solide (50 et plus)."
hors_total: "Complément de l'estimateur de Kaplan et Meier : une rupture est suivie pendant ses mois pleins connus ;
  celles de jour inconnu n'y sont pas"
sans_ligne: Aucun contrat rompu dans l'année n'est suivi un mois
controles:
  - entre: {colonne: incidence_retour, min: 0, max: 1}
  - expression: retours <= ruptures_suivies_un_mois
---
*/
-- In full months, the last day of the exports included; an apprentice already under another contract is back at once.
with ruptures as (
    select
        annee,
        if(date_suite < date_rupture, 0, date_sub('month', date_rupture, date_suite)) as mois_de_suite,
        date_sub('month', date_rupture, derniere_date + 1) as mois_connus
    from core.suites
    where not jour_inconnu
),

sorties as (
    select
        annee,
        least(coalesce(mois_de_suite, mois_connus), mois_connus - 1) as mois,
        count(*) as sortis,
        count(*) filter (where mois_de_suite < mois_connus) as suivies
    from ruptures
    where mois_connus > 0
    group by annee, mois
),

calendrier as (
    select annee, unnest(range(max(mois) + 1)) as mois
    from sorties
    group by annee
),

mois as (
    select
        annee,
        mois + 1 as mois_apres_rupture,
        sum(sorties.sortis) over (partition by annee order by mois desc) as ruptures_a_suivre,
        coalesce(sorties.suivies, 0) as suivies
    from calendrier
    left join sorties using (annee, mois)
),

-- Kaplan–Meier and Greenwood's sum, month by month.
sommes as (
    select
        *,
        max(ruptures_a_suivre) over (partition by annee)::bigint as ruptures_suivies_un_mois,
        (sum(suivies) over jusque_la)::bigint as retours,
        product(1 - suivies / ruptures_a_suivre) over jusque_la as part_sans_suite,
        sum(part(suivies / ruptures_a_suivre, ruptures_a_suivre - suivies)) over jusque_la as greenwood
    from mois
    window jusque_la as (partition by annee order by mois_apres_rupture)
)

select
    annee, mois_apres_rupture, ruptures_suivies_un_mois, ruptures_a_suivre::bigint as ruptures_a_suivre, retours,
    1 - part_sans_suite as incidence_retour,
    borne_d_incidence(incidence_retour, part_sans_suite ** 2 * greenwood, -1) as incidence_retour_basse,
    borne_d_incidence(incidence_retour, part_sans_suite ** 2 * greenwood, 1) as incidence_retour_haute,
    fiabilite_de_l_effectif(ruptures_a_suivre) as fiabilite
from sommes
where mois_apres_rupture in (1, 2, 3, 6)
order by annee, mois_apres_rupture
