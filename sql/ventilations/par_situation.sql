/*
---
titre: Situation dans le cycle
description: Apprentis suivis et ruptures nettes selon l'année du cycle de formation.
section: parcours
ordre: 10
place: annexe
cle: [situation]
total: reseau
---
*/
with comptes as (
    select annee, situation, unnest(mesures(statut))
    from core.inscriptions
    group by annee, situation
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, ruptures_nettes desc, alphabetique(situation)
