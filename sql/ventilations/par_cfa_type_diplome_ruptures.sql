/*
---
titre: Ruptures des CFA par type de diplôme
description: Ruptures nettes de chaque CFA selon le type de diplôme préparé, et leur part dans celles du CFA.
section: diplomes
ordre: 21
place: annexe
cle: [uai, type_diplome]
colonnes: [structure: CFA, type_diplome, ruptures_nettes, part_ruptures, part_effectif]
pivot: {lignes: structure, colonnes: type_diplome, valeur: ruptures_nettes, part: lignes}
total: cfa
---
*/
select annee, uai, structure, type_diplome, ruptures_nettes, effectif, part_ruptures, part_effectif
from ventilations.par_cfa_type_diplome
order by annee, alphabetique(structure), uai, ruptures_nettes desc, alphabetique(type_diplome)
