/*
---
description: Une ligne par année et apprenti suivi, avec les attributs de son contrat de référence (définitions §3, §4).
controles:
  - unique: [annee, id_apprenti]
  - non_nul: [annee, id_apprenti, statut, structure, diplome, type_diplome, filiere, situation, diplome_entree]
  - non_nul: [place_dans_cycle, motif_exprime_groupe, motif_valide_groupe, famille_motif_exprime, famille_motif_valide]
  - non_nul: [fin_diplome, suite_rupture]
---
*/
with

-- Not materialized: the strata need few of its columns, and those of a row need them once.
references_annuelles as not materialized (
    select
        statuts.annee,
        statuts.statut,
        statuts.statut = 'rupture_nette' as est_rompu,
        annees.est_rapport,
        if(statuts.statut = 'rupture_nette', contrats.date_rupture, annees.fin_annee) as date_situation,
        contrats.*,
        diplomes.* exclude (code_diplome)
    from core.statuts as statuts
    inner join core.annees as annees on statuts.annee = annees.annee
    inner join core.contrats as contrats on statuts.id_contrat = contrats.id_contrat
    inner join core.diplomes as diplomes on contrats.code_diplome = diplomes.code_diplome
),

cycles as not materialized (
    select
        *,
        if(
            datedebutformation is null, null, 1 + greatest(0, date_sub('year', datedebutformation, date_situation))
        )::integer as annee_cycle,
        if(
            datefinformation > datedebutformation,
            greatest(12, 12 * ((date_sub('month', datedebutformation, datefinformation) + 6) // 12)),
            null
        )::integer as duree_cycle_mois
    from references_annuelles
),

situations as (
    select * from ref.situations
),

-- Counted apart and joined: a window would carry every column of every row. All that joins them is of one table: the
-- diploma, joined after, left each row with every diploma type at first. A stratum is named by its rank in the order of
-- what makes it: breakdowns group rows by it, which takes a fifth less time with integers alone.
strates as (
    select
        annee,
        type_diplome,
        annee_cycle,
        {
            'cle': (
                row_number() over (order by annee, { 'type_diplome': type_diplome, 'annee_cycle': annee_cycle })
            )::integer,
            'ruptures_nettes': (count(*) filter (where statut = 'rupture_nette'))::integer,
            'effectif': (count(*) filter (where statut in ('actif', 'rupture_nette')))::integer
        } as strate
    from cycles
    group by annee, type_diplome, annee_cycle
),

final as (
    select
        contrats.annee,
        contrats.id_apprenti,
        contrats.statut,
        contrats.id_contrat,
        contrats.date_debut,
        contrats.date_fin_prevue,
        contrats.date_rupture,
        contrats.uai,
        contrats.structure,
        contrats.type_structure,
        contrats.cfa_rattachement,
        contrats.code_diplome,
        contrats.diplome,
        contrats.type_diplome,
        contrats.niveau,
        contrats.filiere,
        contrats.annee_cycle,
        contrats.duree_cycle_mois,
        case
            when 12 * contrats.annee_cycle >= contrats.duree_cycle_mois then 'Dernière année'
            when 12 * contrats.annee_cycle < contrats.duree_cycle_mois then 'Année antérieure'
            else 'Non renseigné'
        end as place_dans_cycle,
        -- The export words the report's year only; earlier years are derived.
        renseigne(coalesce(if(contrats.est_rapport, contrats.situation, null), situations.libelle)) as situation,
        renseigne(contrats.diplomeentree) as diplome_entree,
        renseigne(contrats.motifexprime) as motif_exprime,
        renseigne(contrats.motifvalide) as motif_valide,
        renseigne(coalesce(exprimes.motif_groupe, contrats.motifexprime)) as motif_exprime_groupe,
        renseigne(coalesce(valides.motif_groupe, contrats.motifvalide)) as motif_valide_groupe,
        renseigne(exprimes.famille) as famille_motif_exprime,
        renseigne(valides.famille) as famille_motif_valide,
        renseigne(upper(left(exprimes.initiative, 1)) || substr(exprimes.initiative, 2)) as initiative_motif_exprime,
        renseigne(contrats.suite_rupture) as suite_rupture,
        -- Each motif is looked for in its own list: the company's, the CFA's.
        coalesce(exprimes.fin_diplome, false) or coalesce(valides.fin_diplome, false) as fin_diplome,
        case
            when not contrats.est_rompu then null
            when contrats.jour_inconnu then 'Non renseigné'
            else strftime(contrats.date_rupture, '%Y-%m')
        end as mois,
        case
            when not contrats.est_rompu then null
            when contrats.jour_inconnu then 'Non renseigné'
            when contrats.date_rupture < contrats.date_debut + to_months(parametres.essai_mois) then 'essai'
            when
                month(contrats.date_rupture) in (6, 7, 8)
                and contrats.date_debut + to_months(10) <= contrats.date_fin_prevue + 1
                then 'post_examen'
            else 'intermediaire'
        end as periode,
        if(
            contrats.est_rompu and not contrats.jour_inconnu,
            date_sub('month', contrats.date_debut, contrats.date_rupture),
            null
        )::integer as mois_depuis_debut,
        contrats.sexe,
        contrats.handicap,
        contrats.age_debut,
        contrats.situationavantcontrat,
        contrats.naf,
        contrats.codeidcc,
        contrats.nombredesalaries,
        contrats.typeemployeur,
        premiers.premier_apprenti,
        contrats.departement_employeur,
        contrats.departement_apprenti,
        contrats.npecannuel,
        strates.strate,
        supplements.* exclude (id_contrat)
    from cycles as contrats
    cross join ref.parametres as parametres
    inner join strates
        on
            contrats.annee = strates.annee
            and contrats.type_diplome = strates.type_diplome
            and contrats.annee_cycle is not distinct from strates.annee_cycle
    left join core.supplements as supplements on contrats.id_contrat = supplements.id_contrat
    left join core.premiers_apprentis as premiers on contrats.id_contrat = premiers.id_contrat
    left join core.motifs as exprimes on exprimes.liste = 'exprime' and contrats.motifexprime = exprimes.motif
    left join core.motifs as valides on valides.liste = 'valide' and contrats.motifvalide = valides.motif
    left join situations
        on
            contrats.type_diplome = situations.type_diplome
            and contrats.duree_cycle_mois = situations.duree_mois
            and contrats.annee_cycle = situations.annee_cycle
)

select * from final
