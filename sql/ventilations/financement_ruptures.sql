/*
---
titre: Qui doit quoi d'un contrat rompu
description: >-
  Pour les ruptures nettes des contrats conclus depuis les règles de financement de 2025 : la participation de
  l'employeur, ce que le financeur doit du contrat et ce qu'il en avait versé, d'où ce qu'il reste à verser au CFA ou ce
  que le CFA doit rendre.
section: cout
ordre: 40
facultative: regles_financement
cle: [uai]
colonnes: [
  structure, ruptures_nettes, ruptures_chiffrees, participation, du_financeur, verse, a_verser, a_rembourser]
descriptions:
  ruptures_nettes: Nombre de ruptures nettes de contrats conclus sous les règles de regles_financement.csv.
  ruptures_chiffrees: "Nombre de celles dont le montant, le jour et le niveau du diplôme sont connus : ruptures_nettes −
    sans_npec − sans_date − sans_niveau."
hors_total: Contrats conclus avant ces règles
sans_ligne: Aucune rupture nette d'un contrat conclu sous les règles de regles_financement.csv
lignes_max: 8
controles:
  - non_nul: [structure, ruptures_nettes, ruptures_chiffrees, minorees]
  - expression: ruptures_chiffrees = ruptures_nettes - sans_npec - sans_date - sans_niveau
  - expression: (ruptures_chiffrees > 0) = (participation is not null)
  - expression: ruptures_chiffrees = 0 or du_financeur - verse = a_verser - a_rembourser
---
*/
select
    annee, uai, structure,
    count(*) as ruptures_nettes,
    count(*) filter (where chiffrage = 'chiffre') as ruptures_chiffrees,
    count(*) filter (where chiffrage = 'sans_npec') as sans_npec,
    count(*) filter (where chiffrage = 'sans_date') as sans_date,
    count(*) filter (where chiffrage = 'sans_niveau') as sans_niveau,
    sum(count(*) filter (where est_minoree)) over (partition by annee)::bigint as minorees,
    sum(count(*) filter (where not est_distance_connue)) over (partition by annee)::bigint as distance_inconnue,
    sum(acquis)::decimal(18, 2) as acquis,
    sum(participation)::decimal(18, 2) as participation,
    sum(du_financeur)::decimal(18, 2) as du_financeur,
    sum(verse)::decimal(18, 2) as verse,
    sum(a_verser)::decimal(18, 2) as a_verser,
    sum(a_rembourser)::decimal(18, 2) as a_rembourser,
    max(sources) as sources,
    max(hypotheses) as hypotheses
from core.financements
group by annee, uai, structure
order by annee, alphabetique(structure), uai
