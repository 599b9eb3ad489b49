/*
---
titre: Motif validé et mois écoulés depuis le début
description: Ruptures nettes par mois pleins depuis le début du contrat ; les motifs sensibles sont réunis.
section: motifs
ordre: 25
colonnes:
  motif_valide_groupe: {libelle: Motif validé}
  duree_avant_rupture: {libelle: Du début du contrat à la rupture}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_du_groupe: {libelle: Part dans le motif, format: pourcentage}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
descriptions:
  duree_avant_rupture: "Nombre de mois pleins du début du contrat à sa rupture (mois_depuis_debut), par tranches ; « Non
    renseigné » si le jour est inconnu."
pivot: {lignes: motif_valide_groupe, colonnes: duree_avant_rupture, valeur: ruptures_nettes, part: lignes}
controles:
  - unique: [annee, motif_valide_groupe, duree_avant_rupture]
  - non_nul: [annee, motif_valide_groupe, duree_avant_rupture]
  - entre: {colonne: part_du_groupe, min: 0, max: 1}
  - valeurs: {duree_avant_rupture: [Moins de 2 mois, De 2 à 5 mois, De 6 à 11 mois, 12 mois et plus, Non renseigné]}
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

ruptures as (
    select
        annee,
        motif_valide_groupe,
        case
            when mois_depuis_debut < 2 then 'Moins de 2 mois'
            when mois_depuis_debut < 6 then 'De 2 à 5 mois'
            when mois_depuis_debut < 12 then 'De 6 à 11 mois'
            when mois_depuis_debut >= 12 then '12 mois et plus'
            else 'Non renseigné'
        end as duree_avant_rupture
    from core.inscriptions
    where statut = 'rupture_nette'
),

groupes as (
    select
        annee,
        motif_valide_groupe,
        count(*) as ruptures_du_groupe
    from ruptures
    group by annee, motif_valide_groupe
),

-- Each goes with every group, those without a rupture too.
durees as (
    select distinct
        annee,
        duree_avant_rupture
    from ruptures
),

comptes as (
    select
        annee,
        motif_valide_groupe,
        duree_avant_rupture,
        count(*) as ruptures_nettes
    from ruptures
    group by annee, motif_valide_groupe, duree_avant_rupture
),

final as (
    select
        groupes.annee,
        groupes.motif_valide_groupe,
        durees.duree_avant_rupture,
        coalesce(comptes.ruptures_nettes, 0) as ruptures_nettes,
        groupes.ruptures_du_groupe,
        part(coalesce(comptes.ruptures_nettes, 0), groupes.ruptures_du_groupe) as part_du_groupe,
        part(coalesce(comptes.ruptures_nettes, 0), totaux.ruptures_nettes) as part_ruptures
    from groupes
    inner join core.ruptures_nettes_par_annee as totaux on groupes.annee = totaux.annee
    inner join durees on groupes.annee = durees.annee
    left join comptes
        on
            groupes.annee = comptes.annee
            and groupes.motif_valide_groupe = comptes.motif_valide_groupe
            and durees.duree_avant_rupture = comptes.duree_avant_rupture
)

select * from final
order by
    annee,
    ruptures_du_groupe desc,
    motif_valide_groupe,
    list_position(['Moins de 2 mois', 'De 2 à 5 mois', 'De 6 à 11 mois', '12 mois et plus'], duree_avant_rupture)
    nulls last
