/*
---
titre: Calendrier des ruptures du CFA
description: >-
  Ruptures nettes et brutes du CFA à chaque mois de la fenêtre ; le premier et le dernier sont souvent partiels.
section: calendrier
ordre: 40
place: cfa
cle: [uai, mois]
colonnes: [mois, ruptures_nettes, ruptures_brutes]
sans_ligne: Aucun apprenti suivi cette année-là
graphique: {type: colonnes_mois, titre: Ruptures nettes du CFA par mois, x: mois, y: ruptures_nettes}
---
*/
with calendrier as (
    select cfa.annee, cfa.uai, unnest(mois_de(annees.debut, annees.fin_annee)) as mois
    from core.cfa_par_annee as cfa
    inner join core.annees as annees on cfa.annee = annees.annee
),

nettes as (
    select annee, uai, mois, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette' and type_structure = 'CFA'
    group by annee, uai, mois
),

brutes as (
    select annee, uai, mois, count(*) as ruptures_brutes
    from core.ruptures_brutes
    where type_structure = 'CFA'
    group by annee, uai, mois
)

select
    annee,
    uai,
    cfa.structure,
    mois,
    coalesce(nettes.ruptures_nettes, 0) as ruptures_nettes,
    coalesce(brutes.ruptures_brutes, 0) as ruptures_brutes
from calendrier
full outer join nettes using (annee, uai, mois)
full outer join brutes using (annee, uai, mois)
inner join core.cfa_par_annee as cfa using (annee, uai)
order by annee, alphabetique(structure), uai, mois
