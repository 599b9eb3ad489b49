/*
---
description: >-
  Une ligne par année prévue, structure, type de diplôme, ancienneté et mois de rupture : les contrats ouverts le jour
  de la prévision (définitions §10).
controles:
  - unique: [annee_prevue, uai, type_diplome, anciennete_mois, rang_mois]
  - non_nul: [annee_prevue, uai, structure, type_diplome, anciennete_mois, contrats_ouverts]
  - expression: anciennete_mois in (0, 3, 12)
---
*/
with

-- A contract that ends on the day of the forecast is over; one whose rupture is told for later is open.
ouverts as (
    select
        faites.annee_prevue,
        contrats.uai,
        contrats.structure,
        diplomes.type_diplome,
        case
            when contrats.date_debut + to_months(3) > faites.jour_prevision then 0
            when contrats.date_debut + to_months(12) > faites.jour_prevision then 3
            else 12
        end as anciennete_mois,
        if(
            contrats.date_rupture <= faites.fin_annee,
            date_diff('month', faites.jour_prevision, contrats.date_rupture),
            null
        ) as rang_mois
    from core.contrats as contrats
    inner join core.previsions_faites as faites
        on contrats.date_debut <= faites.jour_prevision and contrats.date_fin > faites.jour_prevision
    inner join core.diplomes as diplomes on contrats.code_diplome = diplomes.code_diplome
    where not contrats.jamais_commence
),

final as (
    select
        annee_prevue,
        uai,
        structure,
        type_diplome,
        anciennete_mois,
        rang_mois,
        count(*) as contrats_ouverts
    from ouverts
    group by annee_prevue, uai, structure, type_diplome, anciennete_mois, rang_mois
)

select * from final
order by annee_prevue, uai, type_diplome, anciennete_mois, rang_mois
