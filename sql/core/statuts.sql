/*
---
description: Une ligne par année et apprenti suivi, avec son statut et le contrat qui en décide (définitions §3).
controles:
  - unique: [annee, id_apprenti]
  - valeurs: {statut: [actif, rupture_nette, sorti_a_terme]}
---
*/
with

contrats as (
    select
        id_contrat,
        id_apprenti,
        date_debut,
        date_fin_prevue,
        date_rupture,
        date_fin
    from core.contrats
    where not jamais_commence
),

population as (
    select
        annees.annee,
        contrats.id_apprenti,
        contrats.id_contrat,
        contrats.date_debut,
        contrats.date_rupture,
        contrats.date_fin,
        annees.fin_annee <= contrats.date_fin_prevue
        and coalesce(contrats.date_rupture > annees.fin_annee, true) as est_en_cours
    from core.annees as annees
    inner join contrats on contrats.date_debut <= annees.fin_annee and contrats.date_fin >= annees.debut
),

-- Under contract at the end of the year, else the contract that ended last: on the same day, a contract come to its
-- term before a broken one, then the latest start, then the greatest key.
decisions as (
    select
        annee,
        id_apprenti,
        arg_max(id_contrat, (date_debut, id_contrat)) filter (where est_en_cours) as id_en_cours,
        arg_max(id_contrat, (date_fin, date_rupture is null, date_debut, id_contrat)) filter (
            where not est_en_cours
        ) as id_dernier
    from population
    group by annee, id_apprenti
),

a_la_fin as (
    select
        decisions.annee,
        decisions.id_apprenti,
        coalesce(decisions.id_en_cours, decisions.id_dernier) as id_contrat,
        contrats.date_rupture,
        case
            when decisions.id_en_cours is not null then 'actif'
            when contrats.date_rupture is not null then 'rupture_nette'
            else 'sorti_a_terme'
        end as statut
    from decisions
    inner join contrats on coalesce(decisions.id_en_cours, decisions.id_dernier) = contrats.id_contrat
),

-- With a cut-off later than the end of the year, a re-signing seen by then undoes the rupture.
resignatures as (
    select
        a_la_fin.annee,
        a_la_fin.id_apprenti,
        arg_min(contrats.id_contrat, (contrats.date_debut, -contrats.id_contrat)) as id_contrat
    from a_la_fin
    inner join core.annees as annees on a_la_fin.annee = annees.annee
    inner join contrats
        on
            a_la_fin.id_apprenti = contrats.id_apprenti
            and contrats.id_contrat != a_la_fin.id_contrat
            and contrats.date_debut between a_la_fin.date_rupture and annees.date_arrete
    where
        a_la_fin.statut = 'rupture_nette'
        and annees.date_arrete > annees.fin_annee
        and coalesce(contrats.date_rupture > annees.date_arrete, true)
    group by a_la_fin.annee, a_la_fin.id_apprenti
),

final as (
    select
        a_la_fin.annee,
        a_la_fin.id_apprenti,
        if(resignatures.id_contrat is not null, 'actif', a_la_fin.statut) as statut,
        coalesce(resignatures.id_contrat, a_la_fin.id_contrat) as id_contrat
    from a_la_fin
    left join resignatures
        on a_la_fin.annee = resignatures.annee and a_la_fin.id_apprenti = resignatures.id_apprenti
)

select * from final
