/*
---
description: Une ligne par contrat, toutes livraisons et tous avenants réunis (définitions §1).
controles:
  - unique: [id_contrat]
  - non_nul: [id_contrat, id_apprenti, date_debut, date_fin_prevue, uai, structure]
---
*/
with

etats as (
    select
        etats.id_contrat,
        etats.rang_etat,
        lignes.nocontrat as numero,
        identites.personne_triplet,
        identites.personne_alternant,
        contrats.*
    from core.etats as etats
    inner join core.lignes as lignes on etats.id_ligne = lignes.id_ligne
    inner join staging.identites as identites on etats.id_ligne = identites.id_ligne
    inner join staging.contrats as contrats on etats.id_ligne = contrats.id_ligne
),

-- Each column takes its last non-empty value (arg_max passes over nulls); groups move together, empty cells included.
reunis as (
    select
        id_contrat,
        any_value(numero) as nocontrat,
        arg_max(noavenant, rang_etat) as noavenant,
        arg_max(typecontrat, rang_etat) as typecontrat,
        arg_max(statut, rang_etat) as statut,
        min(dateconclusion) as dateconclusion,
        min(datedebutcontrat) as date_debut,
        arg_max(datefincontrat, rang_etat) as date_fin_prevue,
        arg_max(dateeffetrupture, rang_etat) as dateeffetrupture,
        arg_max(datesignalementrupture, rang_etat) as datesignalementrupture,
        arg_max(rupture_avant_debut, rang_etat) as rupture_avant_debut,
        arg_max({ 'triplet': personne_triplet, 'age': age_debut }, rang_etat) filter (
            where personne_triplet is not null
        ) as identite,
        arg_max(personne_alternant, rang_etat) as personne_alternant,
        arg_max(sexe, rang_etat) as sexe,
        arg_max(
            {
                'codediplome': codediplome,
                'intituleouqualification': intituleouqualification,
                'rncp': rncp,
                'typediplome': typediplome
            },
            rang_etat
        ) as diplome,
        arg_max(datedebutformation, rang_etat) as datedebutformation,
        arg_max(datefinformation, rang_etat) as datefinformation,
        arg_max(derniereclasse, rang_etat) as derniereclasse,
        arg_max(situationavantcontrat, rang_etat) as situationavantcontrat,
        arg_max({ 'uaicfa': uaicfa, 'siret': siret, 'siretcfa': siretcfa }, rang_etat) as etablissement,
        arg_max(siretemployeur, rang_etat) as siretemployeur,
        arg_max(naf, rang_etat) as naf,
        arg_max(codeidcc, rang_etat) as codeidcc,
        arg_max(nombredesalaries, rang_etat) as nombredesalaries,
        arg_max(typeemployeur, rang_etat) as typeemployeur,
        arg_max(departement_employeur, rang_etat) as departement_employeur,
        arg_max(departement_apprenti, rang_etat) as departement_apprenti,
        arg_max(diplomeentree, rang_etat) as diplomeentree,
        arg_max(situation, rang_etat) as situation,
        arg_max(motifexprime, rang_etat) as motifexprime,
        arg_max(motifvalide, rang_etat) as motifvalide,
        arg_max(codemotifrupture, rang_etat) as codemotifrupture,
        arg_max(npecannuel, rang_etat) as npecannuel
    from etats
    group by id_contrat
),

-- A broken contract of unknown day: the day it was reported stands in for the day of the rupture.
ruptures as (
    select
        id_contrat,
        apprenti(identite.triplet, personne_alternant) as personne,
        coalesce(dateeffetrupture, if(statut = 'Rompu', datesignalementrupture, null)) as rupture_annoncee,
        coalesce(statut = 'Rompu', false)
        and dateeffetrupture is null
        and datesignalementrupture is null as rupture_sans_date
    from reunis
),

apprentis as (
    select
        personne,
        row_number() over (order by min(id_contrat)) as id_apprenti
    from ruptures
    group by personne
),

dates as (
    select
        reunis.id_contrat,
        apprentis.id_apprenti,
        ruptures.rupture_sans_date,
        coalesce(ruptures.rupture_annoncee >= reunis.date_fin_prevue, false) as rupture_au_terme,
        if(ruptures.rupture_annoncee < reunis.date_fin_prevue, ruptures.rupture_annoncee, null) as date_rupture
    from reunis
    inner join ruptures on reunis.id_contrat = ruptures.id_contrat
    inner join apprentis on ruptures.personne = apprentis.personne
),

final as (
    select
        reunis.id_contrat,
        reunis.nocontrat,
        reunis.nocontrat is null as cle_de_secours,
        dates.id_apprenti,
        reunis.date_debut,
        reunis.date_fin_prevue,
        dates.date_rupture,
        dates.date_rupture is not null and reunis.dateeffetrupture is null as jour_inconnu,
        coalesce(dates.date_rupture, reunis.date_fin_prevue) as date_fin,
        coalesce(reunis.statut in ('Annulé', 'Supprimé'), false)
        or coalesce(reunis.rupture_avant_debut, false)
        or coalesce(dates.date_rupture <= reunis.date_debut, false) as jamais_commence,
        dates.rupture_au_terme,
        dates.rupture_sans_date,
        coalesce(par_siret.uai, par_uai.uai, reunis.etablissement.uaicfa) as uai,
        coalesce(par_siret.structure, par_uai.structure, reunis.etablissement.uaicfa) as structure,
        renseigne(coalesce(par_siret.type_structure, par_uai.type_structure)) as type_structure,
        renseigne(coalesce(par_siret.cfa_rattachement, par_uai.cfa_rattachement)) as cfa_rattachement,
        reunis.statut,
        reunis.typecontrat,
        reunis.noavenant,
        reunis.dateconclusion,
        reunis.diplome.codediplome,
        reunis.diplome.intituleouqualification,
        reunis.diplome.rncp,
        reunis.diplome.typediplome,
        reunis.datedebutformation,
        reunis.datefinformation,
        reunis.derniereclasse,
        reunis.situationavantcontrat,
        reunis.etablissement.uaicfa,
        reunis.etablissement.siret,
        reunis.etablissement.siretcfa,
        reunis.siretemployeur,
        reunis.naf,
        reunis.codeidcc,
        reunis.nombredesalaries,
        reunis.typeemployeur,
        reunis.departement_employeur,
        reunis.departement_apprenti,
        reunis.sexe,
        reunis.identite.age as age_debut,
        coalesce(suivi.diplomeentree, reunis.diplomeentree) as diplomeentree,
        coalesce(suivi.situation, reunis.situation) as situation,
        coalesce(suivi.motifexprime, reunis.motifexprime) as motifexprime,
        coalesce(suivi.motifvalide, reunis.motifvalide) as motifvalide,
        coalesce(suivi.codemotifrupture, reunis.codemotifrupture) as codemotifrupture,
        coalesce(suivi.npecannuel, reunis.npecannuel) as npecannuel
    from reunis
    inner join dates on reunis.id_contrat = dates.id_contrat
    left join core.suivi as suivi on reunis.nocontrat = suivi.nocontrat
    left join core.structures as par_siret on reunis.etablissement.siret = par_siret.siret
    left join core.structures as par_uai on reunis.etablissement.uaicfa = par_uai.uai
)

select * from final
