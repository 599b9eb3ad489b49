/*
---
titre: Motif exprimé par l'entreprise
description: Ruptures nettes selon le motif donné par l'entreprise.
section: motifs
ordre: 10
colonnes:
  motif_exprime: {libelle: Motif exprimé}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
graphique:
  type: barres
  titre: Ruptures nettes selon le motif exprimé par l'entreprise
  x: ruptures_nettes
  y: motif_exprime
lignes_max: 10
controles:
  - unique: [annee, motif_exprime]
  - non_nul: [annee, motif_exprime]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

ruptures as (
    select * from core.inscriptions
    where statut = 'rupture_nette'
),

comptes as (
    select
        annee,
        motif_exprime,
        count(*) as ruptures_nettes
    from ruptures
    group by annee, motif_exprime
),

final as (
    select
        comptes.annee,
        comptes.motif_exprime,
        comptes.ruptures_nettes,
        part(comptes.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures
    from comptes
    inner join core.ruptures_nettes_par_annee as totaux on comptes.annee = totaux.annee
)

select * from final
order by annee, ruptures_nettes desc, motif_exprime
