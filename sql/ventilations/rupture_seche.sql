/*
---
titre: Les ruptures sèches
description: >-
  Parmi les contrats rompus que les données suivent six mois et plus, ceux qu'aucun autre contrat du réseau n'a suivis
  dans les six mois.
section: suites
ordre: 12
cle: [suivi]
colonnes: [suivi, jusqu_au, ruptures_suivies, ruptures_seches, part_seche, part_seche_basse, part_seche_haute]
descriptions:
  fiabilite: "Ce que vaut la part : non_significatif (moins de 20 ruptures suivies), fragile (de 20 à 49), solide (50 et
    plus)."
hors_total: Les ruptures de moins de six mois, et celles de jour inconnu, n'y sont pas
sans_ligne: Aucun contrat rompu dans l'année
controles:
  - entre: {colonne: part_seche, min: 0, max: 1}
  - expression: ruptures_seches <= ruptures_suivies
---
*/
-- Nobody is followed after the last day of the exports, be it before the cut-off (a provisional year).
with suivis as (
    select
        *, unnest([
            { 'suivi': 'À la date d''arrêté', 'jusqu_au': least(date_arrete, derniere_date) },
            { 'suivi': 'À l''extraction', 'jusqu_au': derniere_date }
        ], recursive := true)
    from core.suites
),

comptes as (
    select
        annee, suivi, jusqu_au, count(*) filter (where jour_inconnu) as ruptures_sans_jour,
        count(*) filter (where not jour_inconnu and date_rupture + to_months(6) <= jusqu_au) as ruptures_suivies,
        count(*) filter (
            where not jour_inconnu and date_rupture + to_months(6) <= jusqu_au
            and coalesce(date_suite >= date_rupture + to_months(6), true)
        ) as ruptures_seches
    from suivis
    where jusqu_au > date_arrete or suivi = 'À la date d''arrêté'
    group by annee, suivi, jusqu_au
)

select
    *,
    part(ruptures_seches, ruptures_suivies) as part_seche,
    wilson_bas(ruptures_seches, ruptures_suivies) as part_seche_basse,
    wilson_haut(ruptures_seches, ruptures_suivies) as part_seche_haute,
    fiabilite_de_l_effectif(ruptures_suivies) as fiabilite
from comptes
order by annee, jusqu_au, suivi
