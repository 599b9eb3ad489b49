/*
---
titre: Secteur de l'employeur
description: Apprentis suivis et ruptures nettes selon l'activité de l'employeur (NAF).
section: employeurs
ordre: 20
place: annexe
cle: [secteur]
total: reseau
lignes_max: 10
---
*/
with comptes as (
    select
        annee, renseigne(naf.secteur) as secteur,
        unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from core.inscriptions as inscriptions
    left join ref.naf as naf on left(inscriptions.naf, 2) = naf.division
    group by annee, secteur
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, ruptures_nettes desc, alphabetique(secteur)
