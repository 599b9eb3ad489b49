/*
---
titre: Situation avant le contrat
description: Apprentis suivis et ruptures nettes selon la situation de l'apprenti avant le contrat (formulaire Cerfa).
section: employeurs
ordre: 120
place: annexe
cle: [avant_contrat]
total: reseau
---
*/
with comptes as (
    select
        annee, renseigne(situations.avant_contrat) as avant_contrat,
        unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from core.inscriptions
    left join core.situations_avant as situations using (situationavantcontrat)
    group by annee, avant_contrat
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, ruptures_nettes desc, alphabetique(avant_contrat)
