/*
---
description: Une ligne par jour où des contrats ont commencé et type de diplôme, avec ceux rompus tôt (définitions §5).
controles:
  - unique: [date_debut, type_diplome]
  - non_nul: [date_debut, type_diplome]
  - expression: rompus_3m <= rompus_6m and rompus_6m <= rompus_9m and rompus_9m <= contrats_commences
  - expression: rompus_nets_9m_6m <= rompus_9m
---
*/
with

commences as (
    select
        contrats.id_apprenti,
        contrats.date_debut,
        contrats.date_rupture,
        diplomes.type_diplome,
        coalesce(contrats.date_rupture < contrats.date_debut + to_months(9), false) as est_rompu_9m
    from core.contrats as contrats
    inner join core.diplomes as diplomes on contrats.code_diplome = diplomes.code_diplome
    where not contrats.jamais_commence
),

rompus as (
    select
        id_apprenti,
        date_debut,
        date_rupture,
        type_diplome
    from commences
    where est_rompu_9m
),

-- The next start of an apprentice is the first of those that may follow a rupture: if it comes too late, all do.
debuts as (
    select distinct
        commences.id_apprenti,
        commences.date_debut
    from commences
    semi join rompus on commences.id_apprenti = rompus.id_apprenti
),

suites as (
    select
        id_apprenti,
        date_debut,
        lead(date_debut) over (partition by id_apprenti order by date_debut) as debut_suivant
    from debuts
),

nets as (
    select
        rompus.date_debut,
        rompus.type_diplome,
        count(*) as rompus_nets_9m_6m
    from rompus
    inner join suites on rompus.id_apprenti = suites.id_apprenti and rompus.date_debut = suites.date_debut
    where coalesce(suites.debut_suivant > rompus.date_rupture + to_months(6), true)
    group by rompus.date_debut, rompus.type_diplome
),

comptes as (
    select
        date_debut,
        type_diplome,
        count(*) as contrats_commences,
        count(*) filter (where est_rompu_9m and date_rupture < date_debut + to_months(3)) as rompus_3m,
        count(*) filter (where est_rompu_9m and date_rupture < date_debut + to_months(6)) as rompus_6m,
        count(*) filter (where est_rompu_9m) as rompus_9m
    from commences
    group by date_debut, type_diplome
),

final as (
    select
        comptes.*,
        coalesce(nets.rompus_nets_9m_6m, 0) as rompus_nets_9m_6m
    from comptes
    left join nets on comptes.date_debut = nets.date_debut and comptes.type_diplome = nets.type_diplome
)

select * from final
order by date_debut, type_diplome
