/*
---
titre: Sexe
description: Apprentis suivis et ruptures nettes selon le sexe de l'apprenti.
section: employeurs
ordre: 80
place: annexe
cle: [sexe]
total: reseau
---
*/
with comptes as (
    select
        annee, selon(sexe = 'F', 'Femmes', 'Hommes') as sexe,
        unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from core.inscriptions
    group by annee, sexe
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, sexe
