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

-- A cancelled avenant is no state, but it tells the number of its contract. Joined to the states, which are narrow:
-- whole contracts, taken by DuckDB for few, would all be kept in memory to be looked into.
numeros_annules as materialized (
    select
        etats.id_contrat,
        min(contrats.nocontrat) as nocontrat
    from core.etats as etats
    inner join brut.contrats as contrats on etats.id_ligne = contrats.id_ligne
    where etats.est_annule
    group by etats.id_contrat
),

etats as (
    select
        etats.id_contrat,
        etats.id_ligne,
        etats.part_du_numero,
        etats.rang_etat,
        etats.est_avenant,
        etats.n_etats > 1 or reunies.id_ligne is not null as est_a_reunir,
        annules.nocontrat as numero_annule
    from core.etats as etats
    left join core.versions_reunies as reunies on etats.id_ligne = reunies.id_ligne
    left join numeros_annules as annules on etats.id_contrat = annules.id_contrat
    anti join core.contrats_ecartes as ecartes on etats.id_contrat = ecartes.id_contrat
    where not etats.est_annule
),

-- Nine contracts in ten are one state, that one row of an export says: no more than its keys is kept in memory.
seuls as (
    select
        etats.id_contrat,
        etats.id_ligne,
        etats.part_du_numero,
        etats.numero_annule,
        identites.personne_triplet,
        identites.personne_alternant
    from etats
    inner join brut.identites as identites on etats.id_ligne = identites.id_ligne
    where not etats.est_a_reunir
),

-- Of the others, the rows that make them: those of an export, or several that complete one another.
lignes as not materialized (
    select
        contrats.* exclude (fichier, ligne, date_extraction),
        identites.personne_triplet,
        identites.personne_alternant
    from brut.contrats as contrats
    inner join brut.identites as identites on contrats.id_ligne = identites.id_ligne
    anti join core.versions_reunies as reunies on contrats.id_ligne = reunies.id_ligne
    union all by name
    select * exclude (est_contradictoire) from core.versions_reunies
),

etats_a_reunir as not materialized (
    select
        etats.id_contrat,
        etats.part_du_numero,
        etats.rang_etat,
        etats.est_avenant,
        etats.numero_annule,
        lignes.* exclude (
            id_ligne, dateeffetavenant, age_debut, statut,
            codediplome, intituleouqualification, rncp, typediplome, uaicfa, siret, siretcfa
        ),
        statut_effectif(lignes.statut, lignes.datesuppression) as statut,
        if(lignes.personne_triplet is not null, { 'age_debut': lignes.age_debut }, null) as identite,
        {
            'codediplome': lignes.codediplome,
            'intituleouqualification': lignes.intituleouqualification,
            'rncp': lignes.rncp,
            'typediplome': lignes.typediplome
        } as diplome,
        { 'uaicfa': lignes.uaicfa, 'siret': lignes.siret, 'siretcfa': lignes.siretcfa } as etablissement
    from etats
    inner join lignes on etats.id_ligne = lignes.id_ligne
    where etats.est_a_reunir
),

plusieurs as (
    select
        id_contrat,
        min(dateconclusion) as dateconclusion,
        min(datedebutcontrat) as datedebutcontrat,
        -- The initial state only cancels a contract.
        arg_max(statut, rang_etat) filter (where not est_avenant) as statut_initial,
        list(dateeffetrupture order by rang_etat desc) filter (where dateeffetrupture is not null) as ruptures,
        list(datesignalementrupture order by rang_etat desc) filter (
            where datesignalementrupture is not null
        ) as signalements,
        arg_max(
            columns(
                * exclude (
                    id_contrat, rang_etat, est_avenant, dateconclusion, datedebutcontrat, dateeffetrupture,
                    datesignalementrupture
                )
            ),
            rang_etat
        )
    from etats_a_reunir
    group by id_contrat
),

reunis as not materialized (
    select
        seuls.* exclude (id_ligne),
        contrats.* exclude (id_ligne, fichier, ligne, date_extraction, dateeffetavenant)
        replace (
            statut_effectif(contrats.statut, contrats.datesuppression) as statut,
            if(seuls.personne_triplet is not null, contrats.age_debut, null) as age_debut,
            rupture_lue(
                contrats.dateeffetrupture, contrats.datedebutcontrat, contrats.datefincontrat,
                contrats.rupture_avant_debut
            ) as dateeffetrupture,
            rupture_lue(
                contrats.datesignalementrupture, contrats.datedebutcontrat, contrats.datefincontrat,
                contrats.rupture_avant_debut
            ) as datesignalementrupture
        )
    from brut.contrats as contrats
    inner join seuls on contrats.id_ligne = seuls.id_ligne
    union all by name
    select
        * exclude (statut_initial, ruptures, signalements, identite, diplome, etablissement)
        replace (if(annule(statut_initial), statut_initial, statut) as statut),
        derniere_lisible(ruptures, datedebutcontrat, datefincontrat, rupture_avant_debut) as dateeffetrupture,
        derniere_lisible(signalements, datedebutcontrat, datefincontrat, rupture_avant_debut) as datesignalementrupture,
        unnest(identite),
        unnest(diplome),
        unnest(etablissement)
    from plusieurs
),

personnes as (
    select
        id_contrat,
        apprenti(personne_triplet, personne_alternant) as personne
    from seuls
    union all
    select
        id_contrat,
        apprenti(personne_triplet, personne_alternant) as personne
    from plusieurs
),

apprentis as (
    select
        personne,
        row_number() over (order by min(id_contrat)) as id_apprenti
    from personnes
    group by personne
),

-- What a follow-up says wins over the exports; a day of rupture that is too far from the contract, of neither.
completes as not materialized (
    select
        reunis.* exclude (
            nocontrat, numero_annule, diplomeentree, situation, motifexprime, motifvalide, codemotifrupture, npecannuel,
            dateeffetrupture, obtention_diplome_formation
        ),
        coalesce(reunis.nocontrat, reunis.numero_annule) as nocontrat,
        coalesce(suivi.diplomeentree, reunis.diplomeentree) as diplomeentree,
        coalesce(suivi.situation, reunis.situation) as situation,
        coalesce(suivi.motifexprime, reunis.motifexprime) as motifexprime,
        coalesce(suivi.motifvalide, reunis.motifvalide) as motifvalide,
        coalesce(suivi.codemotifrupture, reunis.codemotifrupture) as codemotifrupture,
        coalesce(suivi.npecannuel, reunis.npecannuel) as npecannuel,
        suivi.suite_rupture,
        coalesce(suivi.obtention_diplome_formation, reunis.obtention_diplome_formation) as obtention_diplome_formation,
        coalesce(
            rupture_lue(
                suivi.dateeffetrupture, reunis.datedebutcontrat, reunis.datefincontrat, reunis.rupture_avant_debut
            ),
            reunis.dateeffetrupture
        ) as dateeffetrupture
    from reunis
    left join core.suivi as suivi
        on
            coalesce(reunis.nocontrat, reunis.numero_annule) = suivi.nocontrat
            and reunis.part_du_numero = suivi.part_du_numero
),

-- A broken contract of unknown day: the day it was reported stands in for the day of the rupture.
ruptures as (
    select
        *,
        coalesce(dateeffetrupture, if(statut = 'Rompu', datesignalementrupture, null)) as rupture_annoncee
    from completes
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
        dates.part_du_numero,
        dates.nocontrat is null as cle_de_secours,
        apprentis.id_apprenti,
        apprentis.personne,
        dates.datedebutcontrat as date_debut,
        dates.datefincontrat as date_fin_prevue,
        dates.date_rupture,
        dates.date_rupture is not null and dates.dateeffetrupture is null as jour_inconnu,
        dates.dateeffetrupture,
        dates.datesignalementrupture,
        coalesce(dates.rupture_avant_debut, false) as rupture_avant_debut,
        coalesce(dates.date_rupture, dates.datefincontrat) as date_fin,
        annule(dates.statut)
        or coalesce(dates.rupture_avant_debut, false)
        or coalesce(dates.date_rupture <= dates.datedebutcontrat, false) as jamais_commence,
        coalesce(dates.rupture_annoncee >= dates.datefincontrat, false) as rupture_au_terme,
        coalesce(dates.rupture_annoncee > dates.datefincontrat, false) as rupture_apres_la_fin,
        coalesce(dates.statut = 'Rompu', false) and dates.rupture_annoncee is null as rupture_sans_date,
        coalesce(structures.uai, dates.uaicfa) as uai,
        coalesce(structures.structure, dates.uaicfa) as structure,
        renseigne(structures.type_structure) as type_structure,
        renseigne(structures.cfa_rattachement) as cfa_rattachement,
        dates.statut,
        dates.dispositif,
        dates.drfc,
        dates.handicap,
        dates.typecontrat,
        dates.noavenant,
        dates.dateconclusion,
        coalesce(par_diplome.code_diplome, dates.codediplome) as code_diplome,
        dates.codediplome,
        dates.intituleouqualification,
        dates.rncp,
        dates.typediplome,
        dates.datedebutformation,
        dates.datefinformation,
        dates.derniereclasse,
        dates.situationavantcontrat,
        dates.uaicfa,
        dates.siret,
        dates.siretcfa,
        dates.siretemployeur,
        dates.naf,
        dates.codeidcc,
        dates.nombredesalaries,
        dates.typeemployeur,
        dates.departement_employeur,
        dates.departement_apprenti,
        dates.sexe,
        dates.age_debut,
        dates.diplomeentree,
        dates.situation,
        dates.motifexprime,
        dates.motifvalide,
        dates.codemotifrupture,
        dates.npecannuel,
        dates.suite_rupture,
        dates.obtention_diplome_formation,
        dates.date_exclusion_formation,
        supplements.* exclude (id_contrat)
    from dates
    inner join apprentis on apprenti(dates.personne_triplet, dates.personne_alternant) = apprentis.personne
    left join core.supplements as supplements on dates.id_contrat = supplements.id_contrat
    left join ref.diplomes_par_code as par_diplome on dates.codediplome = par_diplome.code
    left join ref.etablissements_par_code as par_siret on dates.siret = par_siret.code
    left join ref.etablissements_par_code as par_uai on dates.uaicfa = par_uai.code
    left join core.structures as structures on coalesce(par_siret.uai, par_uai.uai) = structures.uai
)

select * from final
