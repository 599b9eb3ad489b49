/*
---
titre: Périodes des ruptures du CFA
description: Ruptures nettes du CFA selon la période du contrat, à côté de leur part dans le réseau.
section: periodes
ordre: 60
place: cfa
colonnes:
  periode: {libelle: Période, format: periode}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_du_cfa: {libelle: Part au CFA, format: pourcentage}
  repere_reseau: {libelle: Part dans le réseau, format: repere}
hors_total: Structures qui ne sont pas des CFA non comprises
sans_ligne: Aucune rupture nette cette année-là
controles:
  - unique: [annee, uai, periode]
  - non_nul: [annee, uai, periode]
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
        ruptures.periode,
        if(
            fiabilite(any_value(totaux.ruptures_nettes)) = 'non_significatif',
            null,
            part(count(*), any_value(totaux.ruptures_nettes))
        ) as repere_reseau
    from ruptures
    inner join core.ruptures_nettes_par_annee as totaux on ruptures.annee = totaux.annee
    group by ruptures.annee, ruptures.periode
),

cfa as (
    select * from core.structures_par_annee
    where type_structure = 'CFA'
),

comptes as (
    select
        annee,
        uai,
        periode,
        count(*) as ruptures_nettes
    from ruptures
    where type_structure = 'CFA'
    group by annee, uai, periode
),

-- Shares of too few ruptures mean nothing, as rates of too few apprentices do.
final as (
    select
        comptes.annee,
        comptes.uai,
        cfa.structure,
        comptes.periode,
        comptes.ruptures_nettes,
        if(
            fiabilite(cfa.ruptures_nettes) = 'non_significatif',
            null,
            part(comptes.ruptures_nettes, cfa.ruptures_nettes)
        ) as part_du_cfa,
        reseau.repere_reseau
    from comptes
    inner join cfa on comptes.annee = cfa.annee and comptes.uai = cfa.uai
    inner join reseau on comptes.annee = reseau.annee and comptes.periode = reseau.periode
)

select * from final
order by annee, structure, uai, list_position(['essai', 'intermediaire', 'post_examen'], periode) nulls last
