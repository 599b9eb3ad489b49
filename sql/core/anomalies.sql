/*
---
description: Une ligne par nature d'anomalie, avec le nombre de cas ; aucune ne retire un contrat des comptes.
controles:
  - unique: [nature]
  - non_nul: [nature, nombre]
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
        'cle_de_secours' as nature,
        count(*) filter (where cle_de_secours) as nombre
    from core.contrats
    union all
    select
        'numero_inhabituel' as nature,
        count(*) filter (where not regexp_full_match(nocontrat, forme_du_numero)) as nombre
    from core.contrats
    cross join ref.parametres
    union all
    select
        'rupture_au_terme' as nature,
        count(*) filter (where rupture_au_terme) as nombre
    from core.contrats
    union all
    select
        'rupture_sans_date' as nature,
        count(*) filter (where rupture_sans_date) as nombre
    from core.contrats
    union all
    select
        'jamais_commence' as nature,
        count(*) filter (where jamais_commence) as nombre
    from core.contrats
    union all
    select
        'rupture_avant_le_debut' as nature,
        count(*) filter (where date_rupture < date_debut) as nombre
    from core.contrats
    union all
    select
        'rupture_apres_la_fin' as nature,
        count(*) filter (where rupture_apres_la_fin) as nombre
    from core.contrats
    union all
    select
        'contrats_chevauchants' as nature,
        count(*) filter (where chevauche) as nombre
    from rencontres
    union all
    -- Apprenticeship is open from 15 to 29, to 35 in some cases.
    select
        'age_inhabituel' as nature,
        count(*) filter (where age_debut < 15 or age_debut > 35) as nombre
    from core.contrats
    union all
    select
        'duree_superieure_a_quatre_ans' as nature,
        count(*) filter (where date_debut + to_years(4) < date_fin_prevue + 1) as nombre
    from core.contrats
    union all
    select
        'structure_hors_referentiel' as nature,
        count(*) filter (where type_structure = 'Non renseigné') as nombre
    from core.contrats
    union all
    select
        'diplome_hors_referentiel' as nature,
        count(*) filter (where not diplomes.est_au_referentiel) as nombre
    from core.contrats as contrats
    inner join core.diplomes as diplomes on contrats.codediplome = diplomes.code_diplome
    union all
    select
        'versions_contradictoires' as nature,
        count(*) filter (where est_contradictoire) as nombre
    from core.etats
    union all
    select
        'version_recente_rejetee' as nature,
        count(*) as nombre
    from core.versions_rejetees
    union all
    select
        'identite_incertaine' as nature,
        nombre
    from brut.identites_incertaines
    union all
    select
        'doublons' as nature,
        nombre
    from brut.doublons
    union all
    select
        'valeurs_illisibles' as nature,
        count(*) filter (where nature = 'valeurs_illisibles') as nombre
    from brut.anomalies
    union all
    select
        'valeurs_detruites' as nature,
        count(*) filter (where nature = 'valeurs_detruites') as nombre
    from brut.anomalies
    union all
    select
        'formules_non_calculees' as nature,
        count(*) filter (where nature = 'formules_non_calculees') as nombre
    from brut.anomalies
    union all
    select
        'valeurs_ecartees' as nature,
        count(*) filter (where nature = 'valeurs_ecartees') as nombre
    from brut.anomalies
    union all
    select
        'zeros_retablis' as nature,
        count(*) filter (where nature = 'zeros_retablis') as nombre
    from brut.anomalies
    union all
    select
        'zeros_non_retablis' as nature,
        count(*) filter (where nature = 'zeros_non_retablis') as nombre
    from brut.anomalies
    union all
    select
        'suivi_contradictoire' as nature,
        coalesce(sum(suivi.n_contradictions), 0)::bigint as nombre
    from core.suivi as suivi
    semi join core.contrats as contrats on suivi.nocontrat = contrats.nocontrat
    union all
    select
        'suivi_sans_contrat' as nature,
        count(*) as nombre
    from brut.suivi as suivi
    anti join core.contrats as contrats on suivi.nocontrat = contrats.nocontrat
)

select * from final
order by nature
