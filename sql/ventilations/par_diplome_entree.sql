/*
---
titre: Diplôme à l'entrée
description: Apprentis suivis et ruptures nettes selon le plus haut diplôme obtenu avant l'entrée en apprentissage.
section: parcours
ordre: 20
cle: [diplome_entree]
colonnes: [diplome_entree, effectif, ruptures_nettes, taux_rupture_nette, rapport_public_egal, part_ruptures]
total: reseau
evolution: true
graphique: {type: barres, x: [taux_rupture_nette, part_ruptures], y: diplome_entree, reference: reseau,
  titre: "Taux de rupture nette selon le diplôme à l'entrée, et part des ruptures du réseau"}
---
*/
with comptes as (
    select annee, diplome_entree, unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from core.inscriptions
    group by annee, diplome_entree
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, ruptures_nettes desc, alphabetique(diplome_entree)
