/*
---
titre: Délai de la première trace après une rupture, selon le journal du CFA
description: >-
  Ruptures nettes du CFA que le journal d'accompagnement suit depuis 30 jours : avec une trace dans les six mois, ou
  sans, et le délai médian des premières. Sans trace ne veut pas dire non fait.
section: suites
ordre: 62
place: cfa
facultative: true
cle: [uai]
colonnes: [structure, ruptures_de_30_jours, ruptures_tracees, ruptures_sans_trace, delai_median, journal_jusqu_au]
hors_total: "Les ruptures d'avant le journal, de moins de 30 jours à son dernier jour, ou de jour inconnu n'y sont pas"
sans_ligne: Aucune rupture nette cette année-là
---
*/
select
    annee, uai, structure, journal_jusqu_au, ruptures_de_30_jours, ruptures_tracees, ruptures_sans_trace, delai_median,
    ruptures_d_avant, ruptures_de_moins_de_30_jours, nettes_de_jour_inconnu
from core.delais_de_trace
where type_structure = 'CFA'
order by annee, alphabetique(structure), uai
