/*
---
description: Une ligne par nature d'anomalie, avec le nombre de cas ; aucune ne retire un contrat des comptes.
controles:
  - unique: [nature]
  - non_nul: [nature, nombre]
---
*/
with

-- Of all contracts, those few of a journal: without one, none is looked at.
connus as (
    select distinct contrats.nocontrat
    from brut.contrats as contrats
    semi join brut.accompagnement as journal on contrats.nocontrat = journal.nocontrat
),

final as (
    select
        'cle_de_secours' as nature,
        count(*) filter (where cle_de_secours) as nombre
    from core.contrats
    union all
    -- Doubts about contracts, those that are none's too.
    select
        natures.nature,
        count(doutes.id_contrat) as nombre
    from (
        values
        ('rupture_au_terme'), ('rupture_sans_date'), ('rupture_avant_le_debut'), ('rupture_apres_la_fin'),
        ('contrats_chevauchants'), ('age_inhabituel'), ('duree_superieure_a_quatre_ans'),
        ('duree_superieure_a_cinq_ans'), ('fin_reelle_sans_rupture'), ('reprise_possible')
    ) as natures (nature)
    left join core.doutes as doutes on natures.nature = doutes.nature
    group by natures.nature
    union all
    select
        'numero_inhabituel' as nature,
        count(*) filter (where not numero_habituel(nocontrat)) as nombre
    from core.contrats
    union all
    select
        'jamais_commence' as nature,
        count(*) filter (where jamais_commence) as nombre
    from core.contrats
    union all
    select
        raisons.raison as nature,
        count(ecartes.id_contrat) as nombre
    from (values ('hors_champ'), ('contrats_remplaces')) as raisons (raison)
    left join core.contrats_ecartes as ecartes on raisons.raison = ecartes.raison
    group by raisons.raison
    union all
    select
        'date_hors_periode' as nature,
        dates_hors_periode as nombre
    from core.evenements
    union all
    select
        'valeurs_decisives_illisibles' as nature,
        count(*) as nombre
    from core.lignes_indecises
    union all
    select
        'structure_hors_referentiel' as nature,
        count(*) as nombre
    from core.contrats as contrats
    anti join core.structures as structures on contrats.uai = structures.uai
    union all
    select
        'diplome_hors_referentiel' as nature,
        count(*) filter (where not diplomes.est_au_referentiel) as nombre
    from core.contrats as contrats
    inner join core.diplomes as diplomes on contrats.code_diplome = diplomes.code_diplome
    union all
    select
        'versions_contradictoires' as nature,
        count(*) filter (where est_contradictoire and not est_annule) as nombre
    from core.etats
    where id_contrat not in (select id_contrat from core.contrats_ecartes)
    union all
    select
        'avenants_annules' as nature,
        count(*) filter (where est_annule) as nombre
    from core.etats
    where id_contrat not in (select id_contrat from core.contrats_ecartes)
    union all
    select
        'version_recente_rejetee' as nature,
        count(*) as nombre
    from core.versions_rejetees
    union all
    select
        'identite_incertaine' as nature,
        identites_incertaines as nombre
    from brut.comptes_identites
    union all
    select
        'identite_reunie' as nature,
        identites_reunies as nombre
    from brut.comptes_identites
    union all
    select
        'numero_partage' as nature,
        numeros_partages as nombre
    from brut.comptes_identites
    union all
    select
        'doublons' as nature,
        nombre
    from brut.doublons
    union all
    select
        'uai_du_referentiel' as nature,
        sum(uai_du_referentiel)::bigint as nombre
    from brut.fichiers
    union all
    select
        'heures_laissees' as nature,
        sum(heures_laissees)::bigint as nombre
    from brut.fichiers
    union all
    select
        'valeurs_illisibles' as nature,
        count(*) filter (where nature = 'valeurs_illisibles')
        + (select count(jour) from core.lignes_indecises) as nombre
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
        'libelles_inconnus' as nature,
        count(*) filter (where nature = 'libelles_inconnus') as nombre
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
    semi join core.contrats as contrats
        on suivi.nocontrat = contrats.nocontrat and suivi.part_du_numero = contrats.part_du_numero
    union all
    select
        'suivi_sans_contrat' as nature,
        count(*) as nombre
    from brut.suivi as suivi
    where
        suivi.part_du_numero < 0
        or suivi.nocontrat not in (
            select contrats.nocontrat from brut.contrats as contrats where contrats.nocontrat is not null
        )
    union all
    select
        'trace_sans_contrat' as nature,
        count(*) as nombre
    from brut.accompagnement as journal
    left join connus on journal.nocontrat = connus.nocontrat
    where journal.part_du_numero < 0 or connus.nocontrat is null
    union all
    select
        'trace_a_venir' as nature,
        count(*) filter (where journal.date > journal.date_extraction) as nombre
    from brut.accompagnement as journal
)

select * from final
order by nature
