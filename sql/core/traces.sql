/*
---
description: >-
  Une ligne par contrat, jour et action du journal d'accompagnement (docs/accompagnement.md), avec le résultat retenu ;
  sans journal, aucune.
controles:
  - unique: [id_contrat, date_trace, action]
---
*/
with

-- What is dated after the day of its delivery is planned, and no trace of anything. Two results of one action: the
-- latest extraction date, then the greatest.
journal as (
    select
        nocontrat,
        part_du_numero,
        journal.date as date_trace,
        action,
        arg_max(resultat, (livraison(date_extraction), resultat)) as resultat
    from brut.accompagnement as journal
    where coalesce(journal.date <= date_extraction, true)
    group by nocontrat, part_du_numero, journal.date, action
),

final as (
    select
        contrats.id_contrat,
        journal.date_trace,
        journal.action,
        journal.resultat
    from journal
    inner join core.contrats as contrats
        on journal.nocontrat = contrats.nocontrat and journal.part_du_numero = contrats.part_du_numero
)

select * from final
