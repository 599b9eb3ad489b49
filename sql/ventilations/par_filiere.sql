/*
---
titre: Filières
description: Apprentis suivis et ruptures nettes par filière du diplôme préparé.
section: metiers
ordre: 10
cle: [filiere]
total: reseau
evolution: true
graphique:
  {type: barres, titre: "Taux de rupture nette de chaque filière, et part des ruptures du réseau",
  x: [taux_rupture_nette, part_ruptures], y: filiere, reference: reseau}
---
*/
with comptes as (
    select annee, filiere, unnest(mesures(statut)), unnest(public_egal(statut, strate))
    from core.inscriptions
    group by annee, filiere
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, ruptures_nettes desc, alphabetique(filiere)
