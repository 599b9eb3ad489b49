/*
---
description: Une ligne par contrat rompu que suit un autre contrat de l'apprenti, avec le premier de ceux-là.
descriptions:
  id_contrat_suivant: id_contrat de ce contrat, qui commence après la rupture ou se poursuit après elle.
controles:
  - unique: [id_contrat]
  - non_nul: [id_contrat, id_contrat_suivant, date_suite, jour_inconnu]
  - expression: jour_inconnu = (delai_suite is null)
---
*/
with

-- Materialized: DuckDB would set the ruptures against all the contracts first.
rompus as materialized (
    select
        id_contrat,
        id_apprenti,
        date_rupture,
        jour_inconnu,
        siretemployeur,
        code_diplome,
        coalesce(nullif(cfa_rattachement, renseigne(null)), uai) as cfa
    from core.contrats
    where date_rupture is not null and not jamais_commence
),

-- The first other contract that goes on or begins after the rupture. What is said of it here is all that a table may
-- say: who the employer is is not in it.
paires as (
    select
        rompus.id_contrat,
        rompus.date_rupture,
        rompus.jour_inconnu,
        arg_min(
            {
                'id_contrat_suivant': autres.id_contrat,
                'date_suite': autres.date_debut,
                'meme_employeur': autres.siretemployeur = rompus.siretemployeur,
                'meme_diplome': autres.code_diplome = rompus.code_diplome,
                'meme_cfa': coalesce(nullif(autres.cfa_rattachement, renseigne(null)), autres.uai) = rompus.cfa
            },
            (autres.date_debut, autres.id_contrat)
        ) as suite
    from rompus
    inner join core.contrats as autres
        on
            rompus.id_apprenti = autres.id_apprenti and rompus.id_contrat != autres.id_contrat
            and (autres.date_debut >= rompus.date_rupture or autres.date_fin > rompus.date_rupture)
    where not autres.jamais_commence
    group by rompus.id_contrat, rompus.date_rupture, rompus.jour_inconnu
),

final as (
    select
        id_contrat,
        jour_inconnu,
        unnest(suite),
        case
            when jour_inconnu then null
            when suite.date_suite < date_rupture then 'Déjà sous un autre contrat'
            when suite.date_suite < date_rupture + to_months(2) then 'Autre contrat en moins de 2 mois'
            when suite.date_suite < date_rupture + to_months(6) then 'Autre contrat entre 2 et 6 mois'
            else 'Autre contrat après 6 mois'
        end as delai_suite
    from paires
)

select * from final
