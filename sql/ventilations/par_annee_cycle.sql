/*
---
titre: Année du cycle
description: >-
  Apprentis suivis et ruptures nettes selon l'année du cycle de formation ; à public égal : à type de diplôme et
  diplôme à l'entrée égaux.
section: parcours
ordre: 15
cle: [annee_du_cycle]
total: reseau
---
*/
with inscriptions as (
    select *, strate(statut, annee, (type_diplome, diplome_entree)) as strate_du_cycle
    from core.inscriptions
),

comptes as (
    select
        annee, nom_d_annee_de_cycle(annee_cycle) as annee_du_cycle,
        unnest(mesures(statut)), unnest(public_egal(statut, strate_du_cycle))
    from inscriptions
    group by annee, annee_du_cycle
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, rang_de_tranche(annee_du_cycle)
