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
controles: [{expression: "(employeurs is null) = (ruptures_par_employeur = 'Non renseigné')"}]
---
*/
with employeurs as (
    select inscriptions.annee, count(*) as ruptures, count(contrats.siretemployeur) > 0 as est_connu
    from core.inscriptions as inscriptions
    inner join core.contrats as contrats using (id_contrat)
    where inscriptions.statut = 'rupture_nette'
    group by inscriptions.annee, contrats.siretemployeur
),

comptes as (
    select
        annee,
        case
            when not est_connu then 'Non renseigné'
            when ruptures = 1 then '1 rupture'
            when ruptures < 4 then ruptures || ' ruptures'
            else '4 ruptures et plus'
        end as ruptures_par_employeur,
        nullif(count(*) filter (where est_connu), 0) as employeurs,
        sum(ruptures) as ruptures_nettes
    from employeurs
    group by annee, ruptures_par_employeur
)

select *, part_de_l_annee(annee, ruptures_nettes) as part_ruptures
from comptes
order by annee, rang_de_tranche(ruptures_par_employeur)
