/*
---
description: >-
  Une ligne par groupe d'apprentis de l'année du rapport, devant les mêmes d'ailleurs : un groupe d'un CFA devant le
  même groupe des autres CFA, les apprentis d'un genre d'employeur devant tous les autres du réseau (définitions §7).
  Les comptes sont de l'année, les sommes sur les strates des années publiées réunies, cinq au plus.
descriptions:
  structure: Nom du CFA ; vide pour un groupe du réseau.
  uai: Code UAI du CFA ; vide pour un groupe du réseau.
  ruptures_nettes: Nombre de ruptures nettes du groupe ; d'une période, celles qui ont eu lieu dans cette période.
  effectif: Nombre d'apprentis suivis du groupe ; pour une période, tous ceux du CFA.
  attendues: Nombre de ruptures qu'auraient les apprentis de effectif_comparable aux taux d'ailleurs, strate par strate.
  effectif_comparable: "Nombre d'apprentis suivis du groupe dont la strate en a aussi ailleurs : type_diplome et
    annee_cycle ; type_diplome et diplome_entree pour une année du cycle."
controles:
  - unique: [annee, dimension, groupe, uai]
  - non_nul: [annee, dimension, groupe, ruptures_nettes, effectif]
  - expression: ruptures_nettes between 0 and effectif
  - expression: (uai is null) = (structure is null)
---
*/
with

reunies as (
    select
        annee,
        est_rapport
    from core.annees
    qualify row_number() over (order by fin_annee desc) <= 5
),

suivis as not materialized (
    select
        inscriptions.*,
        reunies.est_rapport,
        inscriptions.statut = 'rupture_nette' as est_rompu,
        couts.perte_annee
    from core.inscriptions as inscriptions
    inner join reunies on inscriptions.annee = reunies.annee
    left join core.couts as couts
        on
            inscriptions.statut = 'rupture_nette'
            and inscriptions.id_contrat = couts.id_contrat
            and inscriptions.annee = couts.annee
    where inscriptions.statut in ('actif', 'rupture_nette')
),

-- Those who are in the same groups are counted together, before each count is put in all of its groups: of a million
-- contracts, nine million rows fewer.
semblables_au_cfa as (
    select
        annee,
        est_rapport,
        uai,
        any_value(structure) as structure,
        type_diplome,
        annee_cycle,
        renseigne(annee_cycle::varchar) as rang_du_cycle,
        diplome_entree,
        filiere,
        periode,
        est_rompu,
        count(*) as apprentis,
        count(perte_annee) as ruptures_chiffrees,
        sum(perte_annee) as perte_annee
    from suivis
    where type_structure = 'CFA'
    group by annee, est_rapport, uai, type_diplome, annee_cycle, diplome_entree, filiere, periode, est_rompu
),

semblables_au_travail as (
    select
        annee,
        est_rapport,
        type_diplome,
        annee_cycle,
        nom_de_taille(nombredesalaries) as taille,
        left(naf, 2) as division,
        codeidcc,
        departement_employeur,
        nom_de_mobilite(departement_employeur, departement_apprenti) as mobilite,
        est_rompu,
        count(*) as apprentis,
        count(perte_annee) as ruptures_chiffrees,
        sum(perte_annee) as perte_annee
    from suivis
    group by
        annee, est_rapport, type_diplome, annee_cycle, taille, division, codeidcc, departement_employeur, mobilite,
        est_rompu
),

employes as (
    select
        semblables.*,
        renseigne(semblables.annee_cycle::varchar) as rang_du_cycle,
        renseigne(naf.secteur) as secteur,
        nom_de_convention(conventions.convention, semblables.codeidcc) as convention
    from semblables_au_travail as semblables
    left join ref.naf as naf on semblables.division = naf.division
    left join ref.conventions as conventions on semblables.codeidcc = conventions.codeidcc
),

-- An apprentice is in one group of each kind; in each period, where it broke or not.
membres as (
    select
        annee,
        est_rapport,
        uai,
        structure,
        type_diplome,
        apprentis,
        ruptures_chiffrees,
        perte_annee,
        unnest([
            {
                'dimension': 'annee_du_cycle', 'groupe': nom_d_annee_de_cycle(annee_cycle),
                'strate': diplome_entree, 'est_rompu': est_rompu
            },
            {
                'dimension': 'diplome_entree', 'groupe': diplome_entree,
                'strate': rang_du_cycle, 'est_rompu': est_rompu
            },
            { 'dimension': 'filiere', 'groupe': filiere, 'strate': rang_du_cycle, 'est_rompu': est_rompu },
            {
                'dimension': 'periode', 'groupe': 'essai',
                'strate': rang_du_cycle, 'est_rompu': coalesce(periode = 'essai', false)
            },
            {
                'dimension': 'periode', 'groupe': 'intermediaire',
                'strate': rang_du_cycle, 'est_rompu': coalesce(periode = 'intermediaire', false)
            },
            {
                'dimension': 'periode', 'groupe': 'post_examen',
                'strate': rang_du_cycle, 'est_rompu': coalesce(periode = 'post_examen', false)
            }
        ], recursive := true)
    from semblables_au_cfa
    union all
    select
        annee,
        est_rapport,
        null as uai,
        null as structure,
        type_diplome,
        apprentis,
        ruptures_chiffrees,
        perte_annee,
        unnest([
            { 'dimension': 'taille_employeur', 'groupe': taille, 'strate': rang_du_cycle, 'est_rompu': est_rompu },
            { 'dimension': 'secteur', 'groupe': secteur, 'strate': rang_du_cycle, 'est_rompu': est_rompu },
            { 'dimension': 'convention', 'groupe': convention, 'strate': rang_du_cycle, 'est_rompu': est_rompu },
            {
                'dimension': 'departement_employeur', 'groupe': renseigne(departement_employeur),
                'strate': rang_du_cycle, 'est_rompu': est_rompu
            },
            { 'dimension': 'mobilite', 'groupe': mobilite, 'strate': rang_du_cycle, 'est_rompu': est_rompu }
        ], recursive := true)
    from employes
),

cellules as (
    select
        annee,
        est_rapport,
        dimension,
        groupe,
        uai,
        any_value(structure) as structure,
        -- What a group is held against the rest of: the same one in every CFA, or the network.
        if(uai is null, '', groupe) as ensemble,
        type_diplome,
        strate,
        coalesce(sum(apprentis) filter (where est_rompu), 0)::bigint as ruptures_nettes,
        sum(apprentis)::bigint as effectif,
        coalesce(sum(ruptures_chiffrees) filter (where est_rompu), 0)::bigint as ruptures_chiffrees,
        sum(perte_annee) filter (where est_rompu) as perte_annee
    from membres
    group by annee, est_rapport, dimension, groupe, uai, ensemble, type_diplome, strate
),

-- A year is a stratum of its own.
strates as (
    select
        *,
        sum(ruptures_nettes) over strate as k,
        sum(effectif) over strate as n,
        n - effectif as n_ailleurs,
        k - ruptures_nettes as k_ailleurs,
        n_ailleurs > 0 as est_comparable,
        est_rapport and n_ailleurs > 0 as est_comparable_dans_annee
    from cellules
    window strate as (partition by annee, dimension, ensemble, type_diplome, strate)
),

-- Where one rate for all gives the ruptures of a stratum, those of the group are hypergeometric: mean, variance and
-- third central moment (Johnson, Kotz & Kemp, Univariate Discrete Distributions, 1992, ch. 6).
moments as (
    select
        *,
        effectif * k_ailleurs / nullif(n_ailleurs, 0) as attendues,
        ruptures_nettes - effectif * k / n as ecart,
        effectif / n * n_ailleurs / n * k * (n - k) / (n - 1) as variance,
        if(n > 2, variance * (n - 2 * k) / n * (n - 2 * effectif) / (n - 2), 0.0) as moment_3
    from strates
),

-- Summed in a given order: the same rows give the same bits.
groupes as (
    select
        dimension,
        groupe,
        uai,
        ensemble,
        max(annee) filter (where est_rapport) as annee,
        max_by(structure, annee) as structure,
        sum(ruptures_nettes) filter (where est_rapport) as ruptures_nettes,
        sum(effectif) filter (where est_rapport) as effectif,
        coalesce(sum(ruptures_nettes) filter (where est_comparable_dans_annee), 0) as ruptures_comparables,
        coalesce(sum(effectif) filter (where est_comparable_dans_annee), 0) as effectif_comparable,
        sum(attendues order by type_diplome, strate) filter (where est_comparable_dans_annee) as attendues,
        sum(ecart order by annee, type_diplome, strate) filter (where est_comparable) as ecart_des_strates,
        sum(variance order by annee, type_diplome, strate) filter (where est_comparable) as variance_des_strates,
        sum(moment_3 order by annee, type_diplome, strate) filter (where est_comparable) as moment_3_des_strates,
        sum(ruptures_chiffrees) filter (where est_rapport) as ruptures_chiffrees,
        (sum(perte_annee) filter (where est_rapport))::decimal(18, 2) as perte_annee
    from moments
    group by dimension, groupe, uai, ensemble
    having effectif > 0
),

-- All those elsewhere in the year, those without the like of in the group too.
ensembles as (
    select
        dimension,
        ensemble,
        sum(ruptures_nettes) as k,
        sum(effectif) as n
    from cellules
    where est_rapport
    group by dimension, ensemble
),

final as (
    select
        groupes.annee,
        groupes.* exclude (annee, ensemble),
        ensembles.k - groupes.ruptures_nettes as ruptures_ailleurs,
        ensembles.n - groupes.effectif as effectif_ailleurs
    from groupes
    inner join ensembles using (dimension, ensemble)
    where groupes.groupe != 'Non renseigné'
)

select * from final
order by dimension, alphabetique(groupe), alphabetique(structure), uai
