/*
---
titre: Mois de la rupture
description: >-
  Ruptures nettes et brutes de chaque mois de la fenêtre, et du même mois un an avant, au même délai après la fin de
  l'année ; un mois que la fenêtre coupe n'est compté qu'en partie.
section: calendrier
ordre: 10
cle: [mois]
colonnes:
  [mois, ruptures_nettes, part_ruptures, part_haute, ruptures_nettes_avant, ruptures_brutes, ruptures_brutes_avant]
total: reseau
graphique: {type: colonnes_mois, titre: Ruptures nettes par mois, x: mois, y: ruptures_nettes}
---
*/
with calendrier as (
    select annee, unnest(mois_de(debut, fin_annee)) as mois
    from core.annees
),

nettes as (
    select annee, mois, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, mois
),

brutes as (
    select annee, mois, count(*) as ruptures_brutes
    from core.ruptures_brutes
    group by annee, mois
),

comptes as (
    select
        annee,
        mois,
        coalesce(nettes.ruptures_nettes, 0) as ruptures_nettes,
        coalesce(brutes.ruptures_brutes, 0) as ruptures_brutes
    from calendrier
    full outer join nettes using (annee, mois)
    full outer join brutes using (annee, mois)
),

annees as (
    select annee, lag(annee) over (order by debut) as annee_avant
    from core.annees
)

select
    comptes.annee,
    comptes.mois,
    comptes.ruptures_nettes,
    part_de_l_annee(comptes.annee, comptes.ruptures_nettes) as part_ruptures,
    unnest(bornes_de_part(comptes.annee, comptes.mois, comptes.ruptures_nettes)),
    if(annees.annee_avant is null, null, coalesce(avant.ruptures_nettes, 0)) as ruptures_nettes_avant,
    comptes.ruptures_brutes,
    if(annees.annee_avant is null, null, coalesce(avant.ruptures_brutes, 0)) as ruptures_brutes_avant
from comptes
inner join annees using (annee)
left join comptes as avant
    on
        annees.annee_avant = avant.annee
        -- What has no month stays so.
        and avant.mois
        = coalesce(strftime(try_cast(comptes.mois || '-01' as date) - to_years(1), '%Y-%m'), comptes.mois)
order by annee, mois
