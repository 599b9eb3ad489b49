/*
---
description: Une ligne par contrat et nature de doute sur lui, ses dates, son âge ou sa suite.
controles:
  - unique: [id_contrat, nature]
---
*/
with

-- Days under contract, both ends included; a contract that never started has none.
commences as (
    select
        id_contrat,
        id_apprenti,
        date_debut as premier_jour,
        coalesce(date_rupture - 1, date_fin_prevue) as dernier_jour
    from core.contrats
    where not jamais_commence
),

plusieurs as (
    select id_apprenti
    from commences
    group by id_apprenti
    having count(*) > 1
),

-- A contract meets an earlier one of its apprentice that has not ended, or the next one before its own end.
rencontres as (
    select
        commences.id_contrat,
        coalesce(premier_jour <= max(dernier_jour) over (
            ordre rows between unbounded preceding and 1 preceding
        ), false)
        or coalesce(lead(premier_jour) over ordre <= dernier_jour, false) as chevauche
    from commences
    semi join plusieurs on commences.id_apprenti = plusieurs.id_apprenti
    window ordre as (partition by id_apprenti order by premier_jour, id_contrat)
),

final as (
    select
        id_contrat,
        'rupture_au_terme' as nature
    from core.contrats
    where rupture_au_terme
    union all
    select
        id_contrat,
        'rupture_sans_date' as nature
    from core.contrats
    where rupture_sans_date
    union all
    select
        id_contrat,
        'rupture_avant_le_debut' as nature
    from core.contrats
    where date_rupture < date_debut
    union all
    select
        id_contrat,
        'rupture_apres_la_fin' as nature
    from core.contrats
    where rupture_apres_la_fin
    union all
    select
        id_contrat,
        'contrats_chevauchants' as nature
    from rencontres
    where chevauche
    union all
    -- Apprenticeship is open from 15 to 29, to 35 in some cases.
    select
        id_contrat,
        'age_inhabituel' as nature
    from core.contrats
    where age_debut < 15 or age_debut > 35
    union all
    select
        id_contrat,
        'duree_superieure_a_quatre_ans' as nature
    from core.contrats
    where duree_superieure_a(4, date_debut, date_fin_prevue)
    union all
    select
        id_contrat,
        'duree_superieure_a_cinq_ans' as nature
    from core.contrats
    where duree_superieure_a(5, date_debut, date_fin_prevue)
    union all
    -- The real end that the payer gives, before the term of a contract without rupture.
    select
        id_contrat,
        'fin_reelle_sans_rupture' as nature
    from core.contrats
    where drfc < date_fin_prevue and date_rupture is null and not rupture_sans_date and not jamais_commence
    union all
    select
        reprises.id_contrat,
        'reprise_possible' as nature
    from core.reprises_possibles as reprises
    inner join core.annees as annees on reprises.annee = annees.annee
    where annees.est_rapport
)

select * from final
