/*
---
titre: Motif exprimé et diplôme à l'entrée
description: Ruptures nettes selon le motif donné par l'entreprise et le diplôme à l'entrée ; les motifs sensibles sont
  réunis.
section: motifs
ordre: 60
place: annexe
lignes_max: 10
colonnes:
  motif_exprime_groupe: {libelle: Motif exprimé}
  diplome_entree: {libelle: Diplôme à l'entrée}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
controles:
  - unique: [annee, motif_exprime_groupe, diplome_entree]
  - non_nul: [annee, motif_exprime_groupe, diplome_entree]
  - entre: {colonne: part_du_groupe, min: 0, max: 1}
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
        motif_exprime_groupe,
        diplome_entree,
        count(*) as ruptures_nettes,
        sum(count(*)) over (partition by annee, motif_exprime_groupe)::bigint as ruptures_du_groupe
    from ruptures
    group by annee, motif_exprime_groupe, diplome_entree
),

final as (
    select
        comptes.annee,
        comptes.motif_exprime_groupe,
        comptes.diplome_entree,
        comptes.ruptures_nettes,
        comptes.ruptures_du_groupe,
        part(comptes.ruptures_nettes, comptes.ruptures_du_groupe) as part_du_groupe,
        part(comptes.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures
    from comptes
    inner join core.ruptures_nettes_par_annee as totaux on comptes.annee = totaux.annee
)

select * from final
order by annee, ruptures_nettes desc, motif_exprime_groupe, diplome_entree
