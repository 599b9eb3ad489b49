/*
---
titre: Diplômes
description: Apprentis suivis et ruptures nettes par diplôme préparé.
section: diplomes
ordre: 30
place: annexe
cle: [code_diplome]
lignes_max: 60
colonnes: [diplome, filiere, effectif, ruptures_nettes, taux_rupture_nette, part_ruptures, part_effectif]
total: reseau
---
*/
with comptes as (
    select annee, code_diplome, diplome, type_diplome, filiere, unnest(mesures(statut))
    from core.inscriptions
    group by annee, code_diplome, diplome, type_diplome, filiere
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, ruptures_nettes desc, code_diplome
