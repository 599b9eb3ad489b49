/*
---
titre: Mois de la rupture
description: >-
  Ruptures nettes et brutes de chaque mois de la fenêtre ; un mois que la fenêtre coupe n'est compté qu'en partie.
section: calendrier
ordre: 10
cle: [mois]
colonnes: [mois, ruptures_nettes, part_ruptures, ruptures_brutes]
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
)

select
    annee,
    mois,
    coalesce(nettes.ruptures_nettes, 0) as ruptures_nettes,
    part_de_l_annee(annee, coalesce(nettes.ruptures_nettes, 0)) as part_ruptures,
    coalesce(brutes.ruptures_brutes, 0) as ruptures_brutes
from calendrier
full outer join nettes using (annee, mois)
full outer join brutes using (annee, mois)
order by annee, mois
