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
with nettes as (
    select
        annee, uai, structure, type_structure, cfa_rattachement, unnest(mesures(statut)),
        count(*) filter (where statut = 'sorti_a_terme') as sortis_a_terme
    from core.inscriptions
    group by annee, uai, structure, type_structure, cfa_rattachement
),

-- Gross ruptures belong to the structure of the broken contract, which may not be the apprentice's last one.
brutes as (
    select annee, uai, structure, type_structure, cfa_rattachement, count(*) as ruptures_brutes
    from core.ruptures_brutes
    group by annee, uai, structure, type_structure, cfa_rattachement
),

comptes as (
    select
        annee, uai, structure, type_structure, cfa_rattachement,
        coalesce(nettes.inscrits_actifs, 0) as inscrits_actifs,
        coalesce(nettes.ruptures_nettes, 0) as ruptures_nettes,
        coalesce(nettes.effectif, 0) as effectif,
        coalesce(nettes.sortis_a_terme, 0) as sortis_a_terme,
        coalesce(brutes.ruptures_brutes, 0) as ruptures_brutes
    from nettes
    full outer join brutes using (annee, uai, structure, type_structure, cfa_rattachement)
)

select
    comptes.annee, comptes.uai, comptes.structure, comptes.type_structure,
    coalesce(structures.uai_cfa_rattachement, comptes.uai) as uai_cfa_rattachement,
    comptes.cfa_rattachement, comptes.inscrits_actifs, comptes.ruptures_nettes, comptes.effectif,
    unnest(taux(comptes.ruptures_nettes, comptes.effectif)),
    comptes.sortis_a_terme, comptes.ruptures_brutes, comptes.ruptures_brutes - comptes.ruptures_nettes as resignees,
    coalesce(attendues.attendues, 0) as attendues,
    coalesce(attendues.effectif_comparable, 0) as effectif_comparable,
    attendues.rapport_public_egal, attendues.rapport_bas, attendues.rapport_haut
from comptes
left join core.structures as structures using (uai)
left join core.ruptures_attendues as attendues using (annee, uai)
order by annee, alphabetique(comptes.type_structure), alphabetique(comptes.structure), uai
