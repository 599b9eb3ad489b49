/*
---
titre: Âge au début du contrat
description: Apprentis suivis et ruptures nettes selon l'âge au début, aux bornes de la grille de rémunération.
section: employeurs
ordre: 90
place: annexe
cle: [tranche_age]
total: reseau
---
*/
with comptes as (
    select
        annee, tranche(age_debut, [0, 18, 21, 26], 'ans') as tranche_age,
        unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from core.inscriptions
    group by annee, tranche_age
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, rang_de_tranche(tranche_age)
