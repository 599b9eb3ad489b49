/*
---
titre: Premier apprenti de l'employeur
description: >-
  Apprentis suivis et ruptures nettes selon que l'apprenti est ou non le premier de son employeur dans les exports, là
  où ils remontent à trois ans avant son arrivée ; ceux-là sont comparés entre eux.
section: employeurs
ordre: 60
place: annexe
cle: [rang_apprenti]
total: reseau
---
*/
with inscriptions as (
    select *, strate(statut, annee, (premier_apprenti is null, strate.cle)) as strate_connue
    from core.inscriptions
),

comptes as (
    select
        annee, selon(premier_apprenti, 'Premier apprenti', 'Apprenti suivant') as rang_apprenti,
        unnest(mesures(statut)), unnest(public_egal(statut, strate_connue))
    from inscriptions
    group by annee, rang_apprenti
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, list_position(['Premier apprenti', 'Apprenti suivant'], rang_apprenti) nulls last
