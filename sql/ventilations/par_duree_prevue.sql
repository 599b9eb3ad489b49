/*
---
titre: Durée prévue du contrat
description: >-
  Apprentis suivis et ruptures nettes selon la durée prévue en mois pleins : un an, deux ans, à trois mois près.
section: employeurs
ordre: 110
place: annexe
cle: [duree_prevue]
total: reseau
---
*/
with inscriptions as (
    select *, date_sub('month', date_debut, date_fin_prevue + 1) as mois_pleins
    from core.inscriptions
),

comptes as (
    select
        annee, tranche(mois_pleins, [0, 9, 15, 21, 27], 'mois') as duree_prevue,
        unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from inscriptions
    group by annee, duree_prevue
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, rang_de_tranche(duree_prevue)
