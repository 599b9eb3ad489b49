/*
---
titre: Employeurs selon leurs ruptures
description: Employeurs d'apprentis en rupture nette, selon le nombre qu'ils en ont dans l'année, et ces ruptures.
section: employeurs
ordre: 70
place: annexe
cle: [ruptures_par_employeur]
colonnes: [ruptures_par_employeur, employeurs, ruptures_nettes, part_ruptures]
total: reseau
controles:
  - expression: employeurs is null or employeurs >= 3
  - expression: employeurs is not null or ruptures_par_employeur in ('Non renseigné', '1 rupture et plus')
---
*/
with employeurs as (
    select
        inscriptions.annee,
        count(*) as ruptures,
        if(count(contrats.siretemployeur) > 0, least(ruptures, 4), null) as rang
    from core.inscriptions as inscriptions
    inner join core.contrats as contrats using (id_contrat)
    where inscriptions.statut = 'rupture_nette'
    group by inscriptions.annee, contrats.siretemployeur
),

comptes as (
    select annee, rang, count(*) as employeurs, sum(ruptures) as ruptures
    from employeurs
    group by annee, rang
),

-- Fewer than three employers would be known by their ruptures: a band goes on, from the most, until it has three; the
-- last one, of the fewest, goes up if it has not.
niveaux as (
    select
        annee,
        coalesce(max(employeurs) filter (where rang = 4), 0) as en_4,
        coalesce(max(employeurs) filter (where rang = 3), 0) + if(en_4 < 3, en_4, 0) as en_3,
        coalesce(max(employeurs) filter (where rang = 2), 0) + if(en_3 < 3, en_3, 0) as en_2,
        coalesce(max(employeurs) filter (where rang = 1), 0) + if(en_2 < 3, en_2, 0) as en_1,
        list_filter([2, 3, 4], lambda debut: [0, en_2, en_3, en_4][debut] >= 3) as suivants,
        [1] || if(en_1 < 3, suivants[2:], suivants) as debuts
    from comptes
    group by annee
),

tranches as (
    select
        comptes.annee,
        tranche(comptes.rang, niveaux.debuts, 'ruptures') as ruptures_par_employeur,
        if(count(comptes.rang) > 0, sum(comptes.employeurs), null) as nombre,
        sum(comptes.ruptures) as ruptures_nettes
    from comptes
    inner join niveaux on comptes.annee = niveaux.annee
    group by all
)

select
    annee,
    ruptures_par_employeur,
    if(nombre >= 3, nombre, null) as employeurs,
    ruptures_nettes,
    part_de_l_annee(annee, ruptures_nettes) as part_ruptures
from tranches
order by annee, rang_de_tranche(ruptures_par_employeur)
