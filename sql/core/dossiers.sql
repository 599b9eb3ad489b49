/*
---
description: >-
  Une ligne par rupture nette d'une année publiée, si un journal d'accompagnement est lu : le dossier des six mois qui
  la suivent, et ce que le journal en dit.
descriptions:
  date_rupture: Jour de la rupture, ou celui de son signalement si jour_inconnu.
controles:
  - unique: [id_contrat]
  - non_nul: [annee, id_contrat, date_rupture, fin_six_mois, journal_jusqu_au]
  - expression: premiere_trace is null or premiere_trace between date_rupture and fin_six_mois
  - expression: delai_trace is null or delai_trace >= 0
---
*/
with

nettes as (
    select
        statuts.annee,
        contrats.id_contrat,
        contrats.uai,
        contrats.structure,
        contrats.type_structure,
        contrats.date_debut,
        contrats.date_rupture,
        contrats.jour_inconnu,
        fin_des_six_mois(contrats.date_rupture) as fin_six_mois,
        journaux.journal_depuis,
        journaux.journal_jusqu_au,
        contrats.date_rupture >= journaux.journal_depuis as est_du_journal
    from core.statuts as statuts
    inner join core.contrats as contrats on statuts.id_contrat = contrats.id_contrat
    inner join core.journaux as journaux on contrats.uai = journaux.uai
    where statuts.statut = 'rupture_nette'
),

traces as (
    select
        nettes.id_contrat,
        min(traces.date_trace) filter (where traces.date_trace >= nettes.date_rupture) as premiere_trace,
        min(traces.date_trace) filter (
            where traces.date_trace >= nettes.date_rupture and traces.action = 'Mission locale'
            and coalesce(traces.resultat != 'Refusé', true)
        ) as date_mission_locale,
        arg_max(traces.resultat, (traces.date_trace, traces.resultat)) filter (
            where traces.date_trace >= nettes.date_rupture and est_issue(traces.resultat)
        ) as issue,
        coalesce(bool_or(
            traces.date_trace < nettes.date_rupture and traces.action in ('Contact', 'Visite', 'Médiation')
        ), false) as est_precedee
    from nettes
    inner join core.traces as traces
        on
            nettes.id_contrat = traces.id_contrat
            and traces.date_trace between nettes.date_debut and least(nettes.fin_six_mois, nettes.journal_jusqu_au)
    group by nettes.id_contrat
),

final as (
    select
        nettes.*,
        traces.premiere_trace,
        if(nettes.jour_inconnu, null, traces.premiere_trace - nettes.date_rupture) as delai_trace,
        traces.date_mission_locale,
        traces.issue,
        coalesce(traces.est_precedee, false) as est_precedee,
        coalesce(suites.date_suite <= nettes.fin_six_mois, false) as est_repris
    from nettes
    left join traces on nettes.id_contrat = traces.id_contrat
    left join core.suites as suites on nettes.id_contrat = suites.id_contrat
)

select * from final
