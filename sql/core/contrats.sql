/*
---
description: Une ligne par contrat, toutes livraisons et tous avenants réunis (définitions §1).
descriptions:
  statut: "Statut du contrat dans DECA, le dernier non vide de ses états : Corrigé, Rompu, Annulé ou Supprimé."
controles:
  - unique: [id_contrat]
  - non_nul: [id_contrat, id_apprenti, date_debut, date_fin_prevue, uai, structure]
---
*/
with

-- One state, one row of an export; not materialized: most of it goes straight through, untouched.
etats as not materialized (
    select
        etats.id_contrat,
        etats.rang_etat,
        etats.n_etats,
        identites.personne_triplet,
        identites.personne_alternant,
        contrats.* exclude (
            id_ligne, fichier, ligne, date_extraction, dateeffetavenant, age_debut,
            codediplome, intituleouqualification, rncp, typediplome, uaicfa, siret, siretcfa
        ),
        if(identites.personne_triplet is not null, { 'age': contrats.age_debut }, null) as identite,
        {
            'codediplome': contrats.codediplome,
            'intituleouqualification': contrats.intituleouqualification,
            'rncp': contrats.rncp,
            'typediplome': contrats.typediplome
        } as diplome,
        { 'uaicfa': contrats.uaicfa, 'siret': contrats.siret, 'siretcfa': contrats.siretcfa } as etablissement
    from core.etats as etats
    inner join brut.identites as identites on etats.id_ligne = identites.id_ligne
    inner join brut.contrats as contrats on etats.id_ligne = contrats.id_ligne
),

plusieurs as (
    select
        id_contrat,
        min(dateconclusion) as dateconclusion,
        min(datedebutcontrat) as datedebutcontrat,
        arg_max(columns(* exclude (id_contrat, rang_etat, n_etats, dateconclusion, datedebutcontrat)), rang_etat)
    from etats
    where n_etats > 1
    group by id_contrat
),

reunis as not materialized (
    select * exclude (rang_etat, n_etats) from etats where n_etats = 1
    union all by name
    select * from plusieurs
),

apprentis as (
    select
        apprenti(personne_triplet, personne_alternant) as personne,
        row_number() over (order by min(id_contrat)) as id_apprenti
    from reunis
    group by personne
),

-- A broken contract of unknown day: the day it was reported stands in for the day of the rupture.
ruptures as (
    select
        *,
        coalesce(dateeffetrupture, if(statut = 'Rompu', datesignalementrupture, null)) as rupture_annoncee
    from reunis
),

dates as (
    select
        *,
        if(rupture_annoncee < datefincontrat, rupture_annoncee, null) as date_rupture
    from ruptures
),

final as (
    select
        dates.id_contrat,
        dates.nocontrat,
        dates.nocontrat is null as cle_de_secours,
        apprentis.id_apprenti,
        dates.datedebutcontrat as date_debut,
        dates.datefincontrat as date_fin_prevue,
        dates.date_rupture,
        dates.date_rupture is not null and dates.dateeffetrupture is null as jour_inconnu,
        coalesce(dates.date_rupture, dates.datefincontrat) as date_fin,
        coalesce(dates.statut in ('Annulé', 'Supprimé'), false)
        or coalesce(dates.rupture_avant_debut, false)
        or coalesce(dates.date_rupture <= dates.datedebutcontrat, false) as jamais_commence,
        coalesce(dates.rupture_annoncee >= dates.datefincontrat, false) as rupture_au_terme,
        coalesce(dates.rupture_annoncee > dates.datefincontrat, false) as rupture_apres_la_fin,
        coalesce(dates.statut = 'Rompu', false) and dates.rupture_annoncee is null as rupture_sans_date,
        coalesce(par_siret.uai, par_uai.uai, dates.etablissement.uaicfa) as uai,
        coalesce(par_siret.structure, par_uai.structure, dates.etablissement.uaicfa) as structure,
        renseigne(coalesce(par_siret.type_structure, par_uai.type_structure)) as type_structure,
        renseigne(coalesce(par_siret.cfa_rattachement, par_uai.cfa_rattachement)) as cfa_rattachement,
        dates.statut,
        dates.typecontrat,
        dates.noavenant,
        dates.dateconclusion,
        dates.diplome.codediplome,
        dates.diplome.intituleouqualification,
        dates.diplome.rncp,
        dates.diplome.typediplome,
        dates.datedebutformation,
        dates.datefinformation,
        dates.derniereclasse,
        dates.situationavantcontrat,
        dates.etablissement.uaicfa,
        dates.etablissement.siret,
        dates.etablissement.siretcfa,
        dates.siretemployeur,
        dates.naf,
        dates.codeidcc,
        dates.nombredesalaries,
        dates.typeemployeur,
        dates.departement_employeur,
        dates.departement_apprenti,
        dates.sexe,
        dates.identite.age as age_debut,
        coalesce(suivi.diplomeentree, dates.diplomeentree) as diplomeentree,
        coalesce(suivi.situation, dates.situation) as situation,
        coalesce(suivi.motifexprime, dates.motifexprime) as motifexprime,
        coalesce(suivi.motifvalide, dates.motifvalide) as motifvalide,
        coalesce(suivi.codemotifrupture, dates.codemotifrupture) as codemotifrupture,
        coalesce(suivi.npecannuel, dates.npecannuel) as npecannuel,
        dates.obtention_diplome_formation,
        dates.date_exclusion_formation,
        supplements.* exclude (id_contrat)
    from dates
    inner join apprentis on apprenti(dates.personne_triplet, dates.personne_alternant) = apprentis.personne
    left join core.supplements as supplements on dates.id_contrat = supplements.id_contrat
    left join core.suivi as suivi on dates.nocontrat = suivi.nocontrat
    left join core.structures as par_siret on dates.etablissement.siret = par_siret.siret
    left join core.structures as par_uai on dates.etablissement.uaicfa = par_uai.uai
)

select * from final
