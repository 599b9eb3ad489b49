/*
---
description: Une ligne par année et CFA, de core.structures_par_annee, ce à quoi se raccordent les tableaux des CFA.
controles:
  - unique: [annee, uai]
---
*/
select * from core.structures_par_annee
where type_structure = 'CFA'
order by annee, alphabetique(structure), uai
