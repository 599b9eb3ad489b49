/*
---
description: Une ligne par année et structure, ce qu'elle a d'apprentis et de ruptures (définitions §3 et §7).
controles:
  - unique: [annee, uai]
  - non_nul: [annee, uai, structure, type_structure, uai_cfa_rattachement, cfa_rattachement]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: effectif, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: ruptures_brutes, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

nettes as (
    select
        annee,
        uai,
        structure,
        type_structure,
        cfa_rattachement,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) filter (where statut in ('actif', 'rupture_nette')) as effectif,
        count(*) filter (where statut = 'sorti_a_terme') as sortis_a_terme,
        0 as ruptures_brutes
    from core.inscriptions
    group by annee, uai, structure, type_structure, cfa_rattachement
),

-- Gross ruptures belong to the structure of the broken contract, which may not be the apprentice's last one.
brutes as (
    select
        annee,
        uai,
        structure,
        type_structure,
        cfa_rattachement,
        0 as inscrits_actifs,
        0 as ruptures_nettes,
        0 as effectif,
        0 as sortis_a_terme,
        count(*) as ruptures_brutes
    from core.ruptures_brutes
    group by annee, uai, structure, type_structure, cfa_rattachement
),

toutes as (
    select * from nettes
    union all
    select * from brutes
),

comptes as (
    select
        annee,
        uai,
        structure,
        type_structure,
        cfa_rattachement,
        sum(inscrits_actifs)::bigint as inscrits_actifs,
        sum(ruptures_nettes)::bigint as ruptures_nettes,
        sum(effectif)::bigint as effectif,
        sum(sortis_a_terme)::bigint as sortis_a_terme,
        sum(ruptures_brutes)::bigint as ruptures_brutes
    from toutes
    group by annee, uai, structure, type_structure, cfa_rattachement
),

final as (
    select
        comptes.annee,
        comptes.uai,
        comptes.structure,
        comptes.type_structure,
        coalesce(structures.uai_cfa_rattachement, comptes.uai) as uai_cfa_rattachement,
        comptes.cfa_rattachement,
        comptes.inscrits_actifs,
        comptes.ruptures_nettes,
        comptes.effectif,
        part(comptes.ruptures_nettes, comptes.effectif) as taux_rupture_nette,
        wilson_bas(comptes.ruptures_nettes, comptes.effectif) as taux_bas,
        wilson_haut(comptes.ruptures_nettes, comptes.effectif) as taux_haut,
        fiabilite(comptes.effectif) as fiabilite,
        comptes.sortis_a_terme,
        comptes.ruptures_brutes,
        comptes.ruptures_brutes - comptes.ruptures_nettes as resignees,
        coalesce(attendues.attendues, 0) as attendues,
        coalesce(attendues.effectif_comparable, 0) as effectif_comparable
    from comptes
    left join core.structures as structures on comptes.uai = structures.uai
    left join core.ruptures_attendues as attendues
        on comptes.annee = attendues.annee and comptes.uai = attendues.uai
)

select * from final
order by annee, type_structure, structure, uai
