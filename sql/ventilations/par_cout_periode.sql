/*
---
titre: Coût selon la période de la rupture
description: >-
  Ce que les CFA ne recevront pas, selon la période du contrat où survient la rupture ; celle de jour inconnu n'a ni
  période ni coût. Par rupture : perte de l'année, en moyenne des ruptures chiffrées.
section: cout
ordre: 30
place: annexe
cle: [periode]
colonnes: [periode, ruptures_nettes, sans_npec, sans_date, perte_annee, perte_totale, perte_annee_par_rupture]
total: reseau
sans_ligne: Aucune rupture nette cette année-là
---
*/
with comptes as (
    select annee, periode, unnest(pertes(chiffrage, perte_annee, perte_totale))
    from core.couts
    group by annee, periode
)

select *, par_rupture(perte_annee, ruptures_nettes - sans_npec - sans_date) as perte_annee_par_rupture
from comptes
order by annee, rang_de_periode(periode)
