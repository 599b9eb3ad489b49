/*
---
titre: Année du cycle des apprentis du CFA
description: Apprentis suivis et ruptures nettes du CFA selon l'année du cycle, à côté du taux du réseau la même année.
section: parcours
ordre: 20
place: cfa
cle: [uai, annee_du_cycle]
---
*/
with comptes as (
    select
        annee, uai, structure, type_structure, nom_d_annee_de_cycle(annee_cycle) as annee_du_cycle,
        unnest(mesures(statut))
    from core.inscriptions
    group by annee, uai, structure, type_structure, annee_du_cycle
)

select
    * exclude (type_structure), unnest(taux(ruptures_nettes, effectif)),
    unnest(repere(sum(ruptures_nettes) over groupe, sum(effectif) over groupe))
from comptes window groupe as (partition by annee, annee_du_cycle) qualify type_structure = 'CFA' and effectif > 0
order by annee, alphabetique(structure), uai, rang_de_tranche(annee_du_cycle)
