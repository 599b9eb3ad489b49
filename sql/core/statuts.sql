/*
---
description: Une ligne par année et apprenti suivi, avec son statut et le contrat qui en décide (définitions §3).
controles:
  - unique: [annee, id_apprenti]
  - valeurs: {statut: [actif, rupture_nette, sorti_a_terme]}
  - expression: statut = statut_provisoire or (statut_provisoire = 'rupture_nette' and statut = 'actif')
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
        rang_de_fin(annees.debut, annees.fin_annee, contrats.date_fin_prevue, contrats.date_rupture) as rang_fin
    from core.annees as annees
    inner join contrats on contrats.date_debut <= annees.fin_annee and contrats.date_fin >= annees.debut
),

-- The greatest rank decides, then the latest start, then the greatest key: one integer of 14, 17 and 32 bits, whose
-- maximum costs half of an arg_max over the columns and carries the key.
decisions as (
    select
        annee,
        id_apprenti,
        max((rang_fin << 49) + ((date_debut - date '1980-01-01') << 32) + id_contrat) as decision
    from population
    group by annee, id_apprenti
),

a_la_fin as (
    select
        annee,
        id_apprenti,
        decision & 4294967295 as id_contrat,
        statut_de_rang(decision >> 49) as statut
    from decisions
),

-- With a cut-off later than the end of the year, a re-signing seen by then undoes the rupture.
resignatures as (
    select
        a_la_fin.annee,
        a_la_fin.id_apprenti,
        arg_min(contrats.id_contrat, (contrats.date_debut, -contrats.id_contrat)) as id_contrat
    from a_la_fin
    inner join core.annees as annees on a_la_fin.annee = annees.annee
    inner join contrats as rompus on a_la_fin.id_contrat = rompus.id_contrat
    inner join contrats
        on
            a_la_fin.id_apprenti = contrats.id_apprenti
            and contrats.id_contrat != a_la_fin.id_contrat
            and contrats.date_debut between rompus.date_rupture and annees.date_arrete
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
        a_la_fin.statut as statut_provisoire,
        coalesce(resignatures.id_contrat, a_la_fin.id_contrat) as id_contrat
    from a_la_fin
    left join resignatures
        on a_la_fin.annee = resignatures.annee and a_la_fin.id_apprenti = resignatures.id_apprenti
)

select * from final
