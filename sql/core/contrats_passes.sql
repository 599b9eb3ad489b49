/*
---
description: >-
  Une ligne par année prévue, année d'avant dont elle se prévoit (trois au plus) et groupe de core.contrats_ouverts de
  celle-ci.
controles:
  - unique: [annee_prevue, annee_passee, uai, type_diplome, anciennete_mois, rang_mois]
---
*/
select
    faites.annee_prevue,
    ouverts.annee_prevue as annee_passee,
    ouverts.* exclude (annee_prevue)
from core.previsions_faites as faites
inner join core.previsions_faites as passees
    on passees.est_complete and passees.recul between faites.recul + 1 and faites.recul + 3
inner join core.contrats_ouverts as ouverts on passees.annee_prevue = ouverts.annee_prevue
