/*
---
titre: Filières du CFA
description: Apprentis suivis et ruptures nettes du CFA par filière, à côté du taux de la même filière dans le réseau.
section: metiers
ordre: 20
place: cfa
cle: [uai, filiere]
graphique: {type: points, titre: "Taux de rupture nette du CFA et intervalle à 95 %, par filière",
  x: taux_rupture_nette, y: filiere, reference: reseau}
---
*/
with comptes as (
    select annee, uai, structure, type_structure, filiere, unnest(mesures(statut))
    from core.inscriptions
    group by annee, uai, structure, type_structure, filiere
)

select
    * exclude (type_structure), unnest(taux(ruptures_nettes, effectif)),
    unnest(repere(sum(ruptures_nettes) over groupe, sum(effectif) over groupe))
from comptes
window groupe as (partition by annee, filiere)
qualify type_structure = 'CFA' and effectif > 0
order by annee, alphabetique(structure), uai, effectif desc, alphabetique(filiere)
