/*
---
description: Une ligne par année publiée, les bornes du taux quoi que disaient les lignes rejetées ou indécises.
controles:
  - unique: [annee]
  - non_nul: [annee, contrats_indecis]
  - expression: taux_plancher is null or taux_plancher <= taux_plafond
---
*/
with

-- What a rejected row is of, or a row whose decisive value cannot be read.
perdues as (
    select
        id_contrat,
        datedebutcontrat,
        coalesce(nocontrat, premiere_copie::varchar) as inconnu
    from core.rejets
    union all
    select
        indecises.id_contrat,
        lignes.datedebutcontrat,
        null as inconnu
    from core.lignes_indecises as indecises
    left join core.lignes as lignes on indecises.id_ligne = lignes.id_ligne
),

-- Such a row may be that of an apprentice nobody else tells of, broken or not, or may change what is known of a kept
-- contract, one way or the other. One whose start is after the year says nothing of it.
rejets as (
    select
        annees.annee,
        count(distinct perdues.inconnu) filter (where perdues.id_contrat is null) as inconnus,
        count(distinct perdues.id_contrat) as connus
    from core.annees as annees
    left join perdues on coalesce(perdues.datedebutcontrat <= annees.fin_annee, true)
    group by annees.annee
),

-- A net rupture that another spelling may have signed again (definitions §1): it only lowers the rate.
reprises as (
    select
        annee,
        count(*) as reprises_possibles
    from core.reprises_possibles
    group by annee
),

totaux as (
    select
        rejets.annee,
        rejets.inconnus,
        rejets.connus,
        coalesce(reprises.reprises_possibles, 0) as reprises_possibles,
        totaux.ruptures_nettes,
        totaux.effectif,
        totaux.effectif + rejets.inconnus as effectif_possible
    from rejets
    inner join core.ruptures_nettes_par_annee as totaux on rejets.annee = totaux.annee
    left join reprises on rejets.annee = reprises.annee
),

final as (
    select
        annee,
        inconnus + connus as contrats_indecis,
        part(greatest(ruptures_nettes - connus, 0), effectif_possible) as taux_plancher,
        part(least(ruptures_nettes + connus + inconnus, effectif_possible), effectif_possible) as taux_plafond,
        reprises_possibles,
        part(ruptures_nettes - reprises_possibles, effectif) as taux_sans_reprises
    from totaux
)

select * from final
order by annee
