/*
---
description: Une ligne par année publiée, ce que réunissent ses ruptures nettes de juin à août (définitions §4).
controles:
  - unique: [annee]
  - non_nul: [annee, ruptures_nettes, au_debut, en_derniere_annee, en_annee_anterieure]
  - expression: au_debut <= ruptures_nettes and coalesce(fins_de_diplome, 0) <= ruptures_nettes
  - expression: en_derniere_annee + en_annee_anterieure <= ruptures_nettes
---
*/
with

-- Empty where the window begins in another month.
annees as (
    select
        annee,
        debut,
        if(month(debut) between 6 and 8, make_date(year(debut), 8, 31), null) as fin_d_ete
    from core.annees
),

ruptures as (
    select *
    from core.inscriptions
    where statut = 'rupture_nette' and periode = 'post_examen'
),

final as (
    select
        annees.annee,
        annees.fin_d_ete,
        count(ruptures.annee) as ruptures_nettes,
        count(ruptures.annee) filter (where ruptures.date_rupture <= annees.fin_d_ete) as au_debut,
        count(ruptures.annee) filter (where ruptures.place_dans_cycle = 'Dernière année') as en_derniere_annee,
        count(ruptures.annee) filter (where ruptures.place_dans_cycle = 'Année antérieure') as en_annee_anterieure,
        -- Nothing is known of it where no wording of the referential says it.
        if(
            exists (from ref.motifs where fin_diplome),
            count(ruptures.annee) filter (where ruptures.fin_diplome),
            null
        ) as fins_de_diplome
    from annees
    left join ruptures on annees.annee = ruptures.annee
    group by annees.annee, annees.fin_d_ete
)

select * from final
