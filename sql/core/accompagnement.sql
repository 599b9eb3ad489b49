/*
---
description: >-
  Une ligne par année, structure et mesure de l'accompagnement qu'un cas au moins permet (docs/accompagnement.md) : les
  cas que le journal suit assez longtemps, et ceux dont il a la trace.
controles:
  - unique: [annee, uai, mesure_accompagnement]
  - non_nul: [rang_de_mesure]
  - expression: cas_traces between 0 and cas_suivis and cas_sans_trace = cas_suivis - cas_traces
---
*/
with

-- A case is judged on a delay once the journal has gone that far: later ruptures are in no share, nor those that came
-- before it.
cas as (
    select
        annee,
        uai,
        structure,
        type_structure,
        unnest([
            {
                'mesure_accompagnement': 'Trace dans les 15 jours',
                'est_suivi': date_rupture + 15 <= journal_jusqu_au,
                'est_trace': delai_trace <= 15
            },
            {
                'mesure_accompagnement': 'Trace dans les 30 jours',
                'est_suivi': date_rupture + 30 <= journal_jusqu_au,
                'est_trace': delai_trace <= 30
            },
            {
                'mesure_accompagnement': 'Mission locale dans les 45 jours',
                'est_suivi': date_rupture + 45 <= journal_jusqu_au,
                'est_trace': date_mission_locale <= date_rupture + 45
            },
            {
                'mesure_accompagnement': 'Six mois clos avec une issue',
                'est_suivi': fin_six_mois <= journal_jusqu_au,
                'est_trace': issue is not null
            },
            {
                'mesure_accompagnement': 'Six mois clos avec une issue, ou un contrat vu dans les exports',
                'est_suivi': fin_six_mois <= journal_jusqu_au,
                'est_trace': issue is not null or est_repris
            },
            {
                'mesure_accompagnement': 'Contact, visite ou médiation avant la rupture',
                'est_suivi': date_rupture <= journal_jusqu_au,
                'est_trace': est_precedee
            }
        ], recursive := true)
    from core.dossiers
    where not jour_inconnu and est_du_journal
    union all
    select
        annee,
        uai,
        structure,
        type_structure,
        'Visite dans les ' || periode_de_visite as mesure_accompagnement,
        true as est_suivi,
        est_visite as est_trace
    from core.visites
),

comptes as (
    select
        annee,
        uai,
        structure,
        type_structure,
        mesure_accompagnement,
        count(*) as cas_suivis,
        count(*) filter (where est_trace) as cas_traces,
        count(*) - count(*) filter (where est_trace) as cas_sans_trace
    from cas
    where est_suivi
    group by annee, uai, structure, type_structure, mesure_accompagnement
),

final as (
    select
        *,
        rang_de_mesure(mesure_accompagnement) as rang_de_mesure,
        part(cas_traces, cas_suivis) as part_tracee,
        wilson_bas(cas_traces, cas_suivis) as part_tracee_basse,
        wilson_haut(cas_traces, cas_suivis) as part_tracee_haute,
        fiabilite_de_l_effectif(cas_suivis) as fiabilite
    from comptes
)

select * from final
