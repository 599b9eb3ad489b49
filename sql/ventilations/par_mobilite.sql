/*
---
titre: Apprentis d'un autre département
description: Apprentis suivis et ruptures nettes selon que l'apprenti habite ou non le département de l'employeur.
section: employeurs
ordre: 50
place: annexe
cle: [mobilite]
total: reseau
---
*/
with comptes as (
    select
        annee, nom_de_mobilite(departement_employeur, departement_apprenti) as mobilite,
        unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from core.inscriptions
    group by annee, mobilite
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, mobilite = 'Non renseigné', mobilite desc
