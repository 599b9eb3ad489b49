/*
---
description: >-
  Une ligne par année, date d'arrêté et rupture nette de la fin de l'année qu'un contrat signé depuis efface
  (définitions §3, cas 3), avec ce contrat : à la date d'arrêté du rapport, et à celle que permettent les exports.
controles:
  - unique: [annee, date_arrete, id_apprenti]
  - non_nul: [annee, date_arrete, id_apprenti, id_contrat]
---
*/
with

arretes as (
    select
        annee,
        unnest(list_distinct([date_arrete, date_revision])) as date_arrete
    from core.annees
    where date_revision > fin_annee or date_arrete > fin_annee
),

-- Materialized: DuckDB would set the dates against all the contracts first.
rompus as materialized (
    select
        a_la_fin.annee,
        arretes.date_arrete,
        a_la_fin.id_apprenti,
        a_la_fin.id_contrat,
        contrats.date_rupture
    from core.statuts_a_la_fin as a_la_fin
    inner join arretes on a_la_fin.annee = arretes.annee
    inner join core.contrats as contrats on a_la_fin.id_contrat = contrats.id_contrat
    where a_la_fin.statut = 'rupture_nette'
),

final as (
    select
        rompus.annee,
        rompus.date_arrete,
        rompus.id_apprenti,
        arg_min(contrats.id_contrat, (contrats.date_debut, -contrats.id_contrat)) as id_contrat
    from rompus
    inner join core.contrats as contrats
        on
            rompus.id_apprenti = contrats.id_apprenti
            and rompus.id_contrat != contrats.id_contrat
            and contrats.date_debut between rompus.date_rupture and rompus.date_arrete
    where
        not contrats.jamais_commence
        and coalesce(contrats.date_rupture > rompus.date_arrete, true)
    group by rompus.annee, rompus.date_arrete, rompus.id_apprenti
)

select * from final
