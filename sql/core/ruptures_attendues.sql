/*
---
description: Une ligne par année et structure, ruptures nettes observées et attendues de ses apprentis (définitions §7).
controles:
  - unique: [annee, uai]
  - non_nul: [annee, uai, attendues]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: effectif, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
-- Apprentices whose year of cycle is unknown are strata like the others.
with cellules as (
    select annee, uai, structure, type_structure, type_diplome, annee_cycle, unnest(mesures(statut))
    from core.inscriptions
    where statut in ('actif', 'rupture_nette')
    group by annee, uai, structure, type_structure, type_diplome, annee_cycle
),

strates as (
    select
        *,
        sum(ruptures_nettes) over strate as ruptures_strate,
        sum(effectif) over strate as effectif_strate
    from cellules
    window strate as (partition by annee, type_diplome, annee_cycle)
),

-- Summed in a given order: the same rows give the same bits.
attendues as (
    select
        annee,
        uai,
        structure,
        type_structure,
        sum(ruptures_nettes) as ruptures_nettes,
        sum(effectif) as effectif,
        coalesce(sum(effectif) filter (where effectif_strate > effectif), 0) as effectif_comparable,
        sum(effectif * ruptures_strate / effectif_strate order by type_diplome, annee_cycle) as attendues
    from strates
    group by annee, uai, structure, type_structure
),

-- Each structure against the others of its kind.
semblables as (
    select
        annee,
        uai,
        statut,
        strate(statut, annee, (type_structure, type_diplome, annee_cycle)) as strate
    from core.inscriptions
),

rapports as (
    select
        annee,
        uai,
        unnest(public_egal(statut, strate))
    from semblables
    group by annee, uai
)

select
    attendues.*,
    rapports.* exclude (annee, uai)
from attendues
inner join rapports on attendues.annee = rapports.annee and attendues.uai = rapports.uai
order by attendues.annee, attendues.uai
