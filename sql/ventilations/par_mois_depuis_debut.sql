/*
---
titre: Mois écoulés depuis le début du contrat
description: >-
  Ruptures nettes selon le nombre de mois pleins entre le premier jour du contrat et sa rupture : 0 pour une rupture
  dans le premier mois.
section: calendrier
ordre: 20
place: annexe
cle: [mois_depuis_debut]
total: reseau
descriptions:
  mois_depuis_debut: >-
    Nombre de mois pleins du début du contrat à sa rupture, de 0 à 23, puis « 24 et plus » ; « Non renseigné » si le
    jour est inconnu.
---
*/
with calendrier as (
    select annee, unnest(range(25)) as rang
    from core.annees
),

comptes as (
    select annee, if(mois_depuis_debut > 24, 24, mois_depuis_debut) as rang, count(*) as nombre
    from core.inscriptions
    where statut = 'rupture_nette'
    group by annee, rang
)

-- Every month of the range, those without a rupture too.
select
    annee,
    renseigne(if(rang = 24, '24 et plus', rang::varchar)) as mois_depuis_debut,
    coalesce(nombre, 0) as ruptures_nettes,
    part_de_l_annee(annee, coalesce(nombre, 0)) as part_ruptures
from calendrier
full outer join comptes using (annee, rang)
order by annee, mois_depuis_debut = 'Non renseigné', try_cast(mois_depuis_debut as integer) nulls last
