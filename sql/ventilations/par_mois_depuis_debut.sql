/*
---
titre: Mois écoulés depuis le début du contrat
description: "Ruptures nettes selon le nombre de mois pleins entre le premier jour du contrat et sa rupture : 0 pour une
  rupture dans le premier mois."
section: calendrier
ordre: 20
place: annexe
colonnes:
  mois_depuis_debut: {libelle: Mois pleins depuis le début}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
descriptions:
  mois_depuis_debut: "Nombre de mois pleins du début du contrat à sa rupture, de 0 à 23, puis « 24 et plus » ; « Non
    renseigné » si le jour est inconnu."
controles:
  - unique: [annee, mois_depuis_debut]
  - non_nul: [annee, mois_depuis_debut]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

-- Every month of the range, those without a rupture too.
calendrier as (
    select
        annee,
        unnest(range(25)) as mois
    from core.annees
),

toutes as (
    select
        annee,
        if(mois_depuis_debut > 24, 24, mois_depuis_debut) as mois,
        1 as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette'
    union all
    select
        annee,
        mois,
        0 as ruptures_nettes
    from calendrier
),

comptes as (
    select
        annee,
        renseigne(if(mois = 24, '24 et plus', mois::varchar)) as mois_depuis_debut,
        sum(ruptures_nettes)::bigint as ruptures_nettes
    from toutes
    group by annee, mois
),

final as (
    select
        comptes.annee,
        comptes.mois_depuis_debut,
        comptes.ruptures_nettes,
        part(comptes.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures
    from comptes
    inner join core.ruptures_nettes_par_annee as totaux on comptes.annee = totaux.annee
)

select * from final
order by annee, mois_depuis_debut = 'Non renseigné', try_cast(mois_depuis_debut as integer) nulls last
