/*
---
titre: Coût par filière
description: >-
  Ce que les CFA ne recevront pas pour les contrats rompus, selon la filière du diplôme préparé. Par rupture : perte de
  l'année, en moyenne des ruptures chiffrées.
section: cout
ordre: 20
place: annexe
graphique:
  {type: barres, titre: "Perte de l'année de chaque filière, en tout et par rupture chiffrée",
  x: [perte_annee, perte_annee_par_rupture], y: filiere}
cle: [filiere]
colonnes: [filiere, ruptures_nettes, sans_npec, sans_date, perte_annee, perte_totale, perte_annee_par_rupture]
total: reseau
sans_ligne: Aucune rupture nette cette année-là
---
*/
with comptes as (
    select annee, filiere, unnest(pertes(chiffrage, perte_annee, perte_totale))
    from core.couts
    group by annee, filiere
)

select *, par_rupture(perte_annee, ruptures_nettes - sans_npec - sans_date) as perte_annee_par_rupture
from comptes
order by annee, perte_annee desc nulls last, alphabetique(filiere)
