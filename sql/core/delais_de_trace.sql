/*
---
description: >-
  Une ligne par année et structure qui a des ruptures nettes, si un journal d'accompagnement est lu : celles qu'il suit
  depuis 30 jours, avec une trace ou sans, et le délai médian des premières.
controles:
  - unique: [annee, uai]
  - expression: ruptures_de_30_jours = ruptures_tracees + ruptures_sans_trace
  - expression: >-
      ruptures_nettes = ruptures_de_30_jours + ruptures_de_moins_de_30_jours + ruptures_d_avant + nettes_de_jour_inconnu
---
*/
with

dossiers as (
    select
        *,
        not jour_inconnu and est_du_journal and date_rupture + 30 <= journal_jusqu_au as est_de_30_jours
    from core.dossiers
)

select
    annee,
    uai,
    structure,
    type_structure,
    journal_depuis,
    journal_jusqu_au,
    count(*) as ruptures_nettes,
    count(*) filter (where jour_inconnu) as nettes_de_jour_inconnu,
    count(*) filter (where not jour_inconnu and not est_du_journal) as ruptures_d_avant,
    count(*) filter (
        where not jour_inconnu and est_du_journal and not est_de_30_jours
    ) as ruptures_de_moins_de_30_jours,
    count(*) filter (where est_de_30_jours) as ruptures_de_30_jours,
    count(*) filter (where est_de_30_jours and delai_trace is not null) as ruptures_tracees,
    count(*) filter (where est_de_30_jours and delai_trace is null) as ruptures_sans_trace,
    median(delai_trace) filter (where est_de_30_jours)::double as delai_median
from dossiers
group by annee, uai, structure, type_structure, journal_depuis, journal_jusqu_au
