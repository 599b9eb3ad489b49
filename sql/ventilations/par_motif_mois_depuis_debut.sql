/*
---
titre: Motif validé et mois écoulés depuis le début
description: Ruptures nettes par mois pleins depuis le début du contrat ; les motifs sensibles sont réunis.
section: motifs
ordre: 25
place: annexe
cle: [motif_valide_groupe, duree_avant_rupture]
colonnes: [motif_valide_groupe, duree_avant_rupture, ruptures_nettes, part_du_groupe: Part dans le motif, part_ruptures]
pivot: {lignes: motif_valide_groupe, colonnes: duree_avant_rupture, valeur: ruptures_nettes, part: lignes}
total: reseau
controles:
  - entre: {colonne: part_du_groupe, min: 0, max: 1}
  - valeurs: {duree_avant_rupture: [Moins de 2 mois, De 2 à 5 mois, De 6 à 11 mois, 12 mois et plus, Non renseigné]}
---
*/
with comptes as (
    select
        annee,
        motif_valide_groupe,
        case
            when mois_depuis_debut < 2 then 'Moins de 2 mois'
            when mois_depuis_debut < 6 then 'De 2 à 5 mois'
            when mois_depuis_debut < 12 then 'De 6 à 11 mois'
            when mois_depuis_debut >= 12 then '12 mois et plus'
            else 'Non renseigné'
        end as duree_avant_rupture,
        count(*) as nombre
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, motif_valide_groupe, duree_avant_rupture
),

motifs as (
    select distinct annee, motif_valide_groupe
    from comptes
),

durees as (
    select distinct annee, duree_avant_rupture
    from comptes
),

-- Each duration goes with every motif, those without a rupture too.
cases as (
    select annee, motif_valide_groupe, duree_avant_rupture, coalesce(nombre, 0) as ruptures_nettes
    from motifs
    inner join durees using (annee)
    left join comptes using (annee, motif_valide_groupe, duree_avant_rupture)
)

select
    *,
    sum(ruptures_nettes) over (partition by annee, motif_valide_groupe) as ruptures_du_groupe,
    part(ruptures_nettes, ruptures_du_groupe) as part_du_groupe,
    part_de_l_annee(annee, ruptures_nettes) as part_ruptures
from cases
order by
    annee, ruptures_du_groupe desc, alphabetique(motif_valide_groupe),
    list_position(['Moins de 2 mois', 'De 2 à 5 mois', 'De 6 à 11 mois', '12 mois et plus'], duree_avant_rupture)
