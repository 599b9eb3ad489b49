/*
---
description: >-
  Une ligne par structure, si un journal d'accompagnement est lu : de quel jour à quel jour il est tenu pour connu, et
  les traces qu'elle y a.
controles:
  - unique: [uai]
  - non_nul: [uai, journal_depuis, journal_jusqu_au]
---
*/
with

extractions as (
    select max(date_extraction) as derniere
    from brut.fichiers
    where role = 'accompagnement'
    having count(*) > 0
),

-- Journals of several CFA may be of several days: each goes to the last delivery that has a line of it.
livraisons as (
    select
        contrats.uai,
        max(journal.date_extraction) as derniere
    from brut.accompagnement as journal
    inner join core.contrats as contrats
        on journal.nocontrat = contrats.nocontrat and journal.part_du_numero = contrats.part_du_numero
    group by contrats.uai
),

traces as (
    select
        contrats.uai,
        min(traces.date_trace) as premiere_trace,
        max(traces.date_trace) as derniere_trace,
        count(*) as nombre_de_traces
    from core.traces as traces
    inner join core.contrats as contrats on traces.id_contrat = contrats.id_contrat
    group by contrats.uai
),

-- What came before the first trace of all is not untraced: nobody kept a journal.
debuts as (
    select min(traces.date_trace) as journal_depuis
    from core.traces as traces
    inner join core.contrats as contrats
        on traces.id_contrat = contrats.id_contrat and traces.date_trace >= contrats.date_debut
),

-- Without a date, a journal is known to its last trace, and no further than the exports.
sans_date as (
    select
        if(
            max(traces.derniere_trace) is null,
            null,
            least(max(traces.derniere_trace), any_value(evenements.derniere_date))
        ) as derniere
    from core.evenements as evenements
    left join traces on true
),

structures as (
    select distinct uai from core.contrats
),

final as (
    select
        structures.uai,
        debuts.journal_depuis,
        traces.premiere_trace,
        coalesce(traces.nombre_de_traces, 0) as nombre_de_traces,
        coalesce(livraisons.derniere, extractions.derniere, sans_date.derniere) as journal_jusqu_au
    from structures
    cross join extractions
    cross join debuts
    cross join sans_date
    left join livraisons on structures.uai = livraisons.uai
    left join traces on structures.uai = traces.uai
)

select * from final
where journal_depuis <= journal_jusqu_au
