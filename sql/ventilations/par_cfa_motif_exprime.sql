/*
---
titre: Motifs des ruptures du CFA
description: >-
  Ruptures nettes du CFA selon le motif donné par l'entreprise, à côté de leur part dans le réseau ; les motifs
  sensibles sont réunis.
section: motifs
ordre: 70
place: cfa
colonnes:
  motif_exprime_groupe: {libelle: Motif exprimé}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_du_cfa: {libelle: Part au CFA, format: pourcentage}
  repere_reseau: {libelle: Part dans le réseau, format: repere}
lignes_max: 8
hors_total: Structures qui ne sont pas des CFA non comprises
sans_ligne: Aucune rupture nette cette année-là
controles:
  - unique: [annee, uai, motif_exprime_groupe]
  - non_nul: [annee, uai, motif_exprime_groupe]
---
*/
with

ruptures as (
    select * from core.inscriptions
    where statut = 'rupture_nette'
),

reseau as (
    select
        ruptures.annee,
        ruptures.motif_exprime_groupe,
        if(
            fiabilite(any_value(totaux.ruptures_nettes)) = 'non_significatif',
            null,
            part(count(*), any_value(totaux.ruptures_nettes))
        ) as repere_reseau
    from ruptures
    inner join core.ruptures_nettes_par_annee as totaux on ruptures.annee = totaux.annee
    group by ruptures.annee, ruptures.motif_exprime_groupe
),

cfa as (
    select * from core.structures_par_annee
    where type_structure = 'CFA'
),

comptes as (
    select
        annee,
        uai,
        motif_exprime_groupe,
        count(*) as ruptures_nettes
    from ruptures
    where type_structure = 'CFA'
    group by annee, uai, motif_exprime_groupe
),

-- Shares of too few ruptures mean nothing, as rates of too few apprentices do.
final as (
    select
        comptes.annee,
        comptes.uai,
        cfa.structure,
        comptes.motif_exprime_groupe,
        comptes.ruptures_nettes,
        if(
            fiabilite(cfa.ruptures_nettes) = 'non_significatif',
            null,
            part(comptes.ruptures_nettes, cfa.ruptures_nettes)
        ) as part_du_cfa,
        reseau.repere_reseau
    from comptes
    inner join cfa on comptes.annee = cfa.annee and comptes.uai = cfa.uai
    inner join reseau on comptes.annee = reseau.annee and comptes.motif_exprime_groupe = reseau.motif_exprime_groupe
)

select * from final
order by annee, structure, uai, ruptures_nettes desc, motif_exprime_groupe
