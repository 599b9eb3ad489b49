/*
---
titre: Convention collective
description: Apprentis suivis et ruptures nettes selon la convention collective de l'employeur (code IDCC).
section: employeurs
ordre: 30
place: annexe
cle: [convention]
total: reseau
lignes_max: 10
---
*/
with comptes as (
    select
        annee, nom_de_convention(conventions.convention, codeidcc) as convention,
        unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from core.inscriptions
    left join ref.conventions as conventions using (codeidcc)
    group by 1, 2
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, effectif desc, alphabetique(convention)
