/*
---
titre: Motif exprimé et motif validé
description: Ruptures nettes selon le motif donné par l'entreprise et celui que le CFA a validé.
section: motifs
ordre: 30
place: annexe
lignes_max: 20
colonnes:
  motif_exprime: {libelle: Motif exprimé}
  motif_valide: {libelle: Motif validé}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
controles:
  - unique: [annee, motif_exprime, motif_valide]
  - non_nul: [annee, motif_exprime, motif_valide]
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
        motif_valide,
        count(*) as ruptures_nettes
    from ruptures
    group by annee, motif_exprime, motif_valide
),

final as (
    select
        comptes.annee,
        comptes.motif_exprime,
        comptes.motif_valide,
        comptes.ruptures_nettes,
        part(comptes.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures
    from comptes
    inner join core.ruptures_nettes_par_annee as totaux on comptes.annee = totaux.annee
)

select * from final
order by annee, ruptures_nettes desc, motif_exprime, motif_valide
