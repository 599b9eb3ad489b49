/*
---
titre: Situation de handicap
description: Apprentis suivis et ruptures nettes selon que l'export dit ou non l'apprenti en situation de handicap.
section: employeurs
ordre: 100
place: annexe
cle: [handicap]
total: reseau
---
*/
with comptes as (
    select
        annee, selon(handicap, 'Oui', 'Non') as handicap,
        unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from core.inscriptions
    group by annee, handicap
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, handicap = 'Non renseigné', handicap desc
