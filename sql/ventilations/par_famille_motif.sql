/*
---
titre: Familles de motifs validés
description: >-
  Ruptures nettes par famille du motif validé par le CFA : leur mois, ce qu'elles coûtent en moyenne dans l'année et,
  parmi les contrats rompus suivis six mois, la part de ceux sans autre contrat.
section: motifs
ordre: 22
place: annexe
cle: [famille_motif_valide]
colonnes: [
  famille_motif_valide, ruptures_nettes, part_ruptures, part_essai, suivies_six_mois, part_sans_suite,
  perte_annee_par_rupture: Perte moyenne de l'année]
descriptions:
  perte_annee_par_rupture: >-
    perte_annee des ruptures nettes chiffrées, divisée par leur nombre, en euros, au centime ; vide si elles sont
    moins de trois.
total: reseau
controles:
  - entre: {colonne: part_essai, min: 0, max: 1}
  - entre: {colonne: part_sans_suite, min: 0, max: 1}
---
*/
with nettes as (
    select
        inscriptions.annee, inscriptions.famille_motif_valide, count(*) as ruptures_nettes,
        count(inscriptions.mois_depuis_debut) as ruptures_datees,
        count(*) filter (where inscriptions.mois_depuis_debut < 2) as ruptures_essai,
        sum(couts.perte_annee)::decimal(18, 2) as perte_annee, count(couts.perte_annee) as ruptures_chiffrees
    from core.inscriptions as inscriptions
    left join core.couts as couts using (annee, id_contrat)
    where inscriptions.statut = 'rupture_nette'
    group by inscriptions.annee, inscriptions.famille_motif_valide
),

suites as (
    select
        annee, famille_motif_valide, count(*) filter (where suivi_six_mois) as suivies_six_mois,
        count(*) filter (where est_seche) as ruptures_seches
    from core.suites
    group by annee, famille_motif_valide
)

select
    nettes.annee, nettes.famille_motif_valide, nettes.ruptures_nettes,
    part_de_l_annee(nettes.annee, nettes.ruptures_nettes) as part_ruptures,
    part_lisible(nettes.ruptures_essai, nettes.ruptures_datees) as part_essai, nettes.ruptures_datees,
    fiabilite_de_l_effectif(nettes.ruptures_datees) as fiabilite_essai,
    coalesce(suites.suivies_six_mois, 0) as suivies_six_mois,
    part_lisible(suites.ruptures_seches, suites.suivies_six_mois) as part_sans_suite,
    fiabilite_de_l_effectif(coalesce(suites.suivies_six_mois, 0)) as fiabilite_sans_suite, nettes.ruptures_chiffrees,
    if(nettes.ruptures_chiffrees < 3, null, par_rupture(nettes.perte_annee, nettes.ruptures_chiffrees))
        as perte_annee_par_rupture
from nettes
left join suites using (annee, famille_motif_valide)
order by annee, ruptures_nettes desc, alphabetique(famille_motif_valide)
