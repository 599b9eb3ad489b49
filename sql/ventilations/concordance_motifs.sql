/*
---
titre: Familles de motifs exprimés et validés
description: Ruptures nettes selon la famille du motif donné par l'entreprise et celle du motif validé par le CFA.
section: motifs
ordre: 32
place: annexe
cle: [famille_motif_exprime, famille_motif_valide]
colonnes: [famille_motif_exprime, famille_motif_valide, ruptures_nettes, part_ruptures]
pivot: {lignes: famille_motif_exprime, colonnes: famille_motif_valide, valeur: ruptures_nettes}
total: reseau
---
*/
with comptes as (
    select annee, famille_motif_exprime, famille_motif_valide, count(*) as nombre
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, famille_motif_exprime, famille_motif_valide
),

familles as (
    select distinct annee, unnest([famille_motif_exprime, famille_motif_valide]) as famille
    from comptes
),

-- A square: each family goes with every one, those that only one of the two lists has too.
cases as (
    select
        exprimees.annee, exprimees.famille as famille_motif_exprime, validees.famille as famille_motif_valide,
        coalesce(comptes.nombre, 0) as ruptures_nettes
    from familles as exprimees
    inner join familles as validees on exprimees.annee = validees.annee
    left join comptes
        on
            exprimees.annee = comptes.annee
            and exprimees.famille = comptes.famille_motif_exprime
            and validees.famille = comptes.famille_motif_valide
)

select *, part_de_l_annee(annee, ruptures_nettes) as part_ruptures
from cases
order by
    annee, famille_motif_exprime = 'Non renseigné', alphabetique(famille_motif_exprime),
    famille_motif_valide = 'Non renseigné', alphabetique(famille_motif_valide)
