/*
---
titre: Taille de l'employeur
description: Apprentis suivis et ruptures nettes selon le nombre de salariés de l'employeur ; 0, un employeur seul.
section: employeurs
ordre: 10
place: annexe
cle: [taille_employeur]
total: reseau
graphique:
  {type: points, titre: Taux de rupture nette selon la taille, x: taux_rupture_nette, y: taille_employeur, tri: lignes}
---
*/
with comptes as (
    select
        annee, nom_de_taille(nombredesalaries) as taille_employeur,
        unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from core.inscriptions
    group by annee, taille_employeur
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, rang_de_tranche(taille_employeur)
