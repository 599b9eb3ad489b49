/*
---
titre: Ce qui vient
description: >-
  Ruptures brutes prévues, d'ici à la fin de l'année en cours, des contrats ouverts au jour des exports, et ce que les
  prévisions faites au même jour des années d'avant valaient.
section: calendrier
ordre: 60
facultative: true
cle: [annee_prevue]
colonnes: [
  annee_prevue, jour_prevision, contrats_ouverts, ruptures_prevues, fourchette,
  ruptures_observees: {libelle: Venues}, lignes_jugees, lignes_tenues, part_tenue]
hors_total: >-
  Les contrats encore à signer n'y sont pas, ni les ruptures d'avant ce jour. Les années d'avant sont lues dans les
  exports d'aujourd'hui, qui savent ce qui n'était pas encore signalé alors
sans_ligne: Les exports n'entrent pas dans l'année qui suit, ou aucune année d'avant n'est complète
controles: [{non_nul: [contrats_ouverts, ruptures_prevues, fourchette]}]
---
*/
-- Of the tables printed, the rows that could be judged and those that held.
with tenues as (
    select
        annee_prevue,
        count(est_dans_la_fourchette) as lignes_jugees,
        count(*) filter (where est_dans_la_fourchette) as lignes_tenues
    from core.previsions
    where decoupage in ('Mois', 'Structure', 'Type de diplôme')
    group by annee_prevue
)

select
    annees.annee, previsions.annee_prevue, previsions.jour_prevision, faites.fin_annee as fin_prevue,
    previsions.annees_passees, previsions.contrats_ouverts, previsions.ruptures_prevues, previsions.prevues_bas,
    previsions.prevues_haut, fourchette(previsions.prevues_bas, previsions.prevues_haut) as fourchette,
    previsions.ruptures_observees,
    if(faites.est_complete, tenues.lignes_jugees, null) as lignes_jugees,
    if(faites.est_complete, tenues.lignes_tenues, null) as lignes_tenues,
    part(tenues.lignes_tenues, tenues.lignes_jugees) as part_tenue
from core.annees as annees
inner join core.previsions as previsions on annees.annee >= previsions.annee and previsions.decoupage = 'Ensemble'
inner join core.previsions_faites as faites on previsions.annee_prevue = faites.annee_prevue
left join tenues on previsions.annee_prevue = tenues.annee_prevue
order by annee, annee_prevue desc
