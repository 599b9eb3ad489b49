/*
---
titre: Département de l'employeur
description: Apprentis suivis et ruptures nettes selon le département de l'employeur.
section: employeurs
ordre: 40
place: annexe
cle: [departement_employeur]
total: reseau
lignes_max: 20
---
*/
with comptes as (
    select
        annee, renseigne(departement_employeur) as departement_employeur,
        unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from core.inscriptions
    group by annee, departement_employeur
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, departement_employeur
