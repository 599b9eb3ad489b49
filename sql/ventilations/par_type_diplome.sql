/*
---
titre: Types de diplôme
description: Par type de diplôme préparé ; à public égal, à année de cycle et diplôme à l'entrée égaux.
section: diplomes
ordre: 10
cle: [type_diplome]
total: reseau
evolution: true
graphique:
  {type: points, titre: Taux de rupture nette par type de diplôme et intervalle à 95 %, x: taux_rupture_nette,
  y: type_diplome, reference: reseau}
---
*/
with inscriptions as (
    select *, strate(statut, annee, (annee_cycle, diplome_entree)) as strate_du_type
    from core.inscriptions
),

comptes as (
    select annee, type_diplome, unnest(mesures(statut)), unnest(public_egal(statut, strate_du_type))
    from inscriptions
    group by annee, type_diplome
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, ruptures_nettes desc, alphabetique(type_diplome)
