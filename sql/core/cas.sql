/*
---
description: >-
  Une ligne par contrat commencé, ou qui doit l'être : quand il a été signé, rompu, les jours où il est un cas ouvert et
  ce qui l'a suivi, pour les listes du mois.
controles:
  - unique: [id_contrat]
  - non_nul: [id_contrat, date_signature, jour_inconnu]
  - expression: (ouvert_du is null) = (ouvert_au is null)
  - expression: ouvert_du is null or (ouvert_du = date_rupture and ouvert_au between ouvert_du and ouvert_du + 180)
  - expression: (fin_six_mois is null) = (date_rupture is null or jour_inconnu)
---
*/
with

-- Another contract of the apprentice ends on the day of the rupture: the one come to its term decides, else the last
-- begun (definitions §3).
depasses as (
    select distinct rompus.id_contrat
    from core.contrats as rompus
    inner join core.contrats as autres
        on
            rompus.id_apprenti = autres.id_apprenti and rompus.date_rupture = autres.date_fin
            and rompus.id_contrat != autres.id_contrat
    where
        not rompus.jamais_commence and not autres.jamais_commence
        and (
            autres.date_rupture is null
            or (autres.date_debut, autres.id_contrat) > (rompus.date_debut, rompus.id_contrat)
        )
),

contrats as (
    select
        contrats.id_contrat,
        coalesce(contrats.dateconclusion, contrats.date_debut) as date_signature,
        contrats.date_rupture,
        contrats.jour_inconnu,
        if(contrats.jour_inconnu, null, fin_des_six_mois(contrats.date_rupture)) as fin_six_mois,
        successeurs.id_contrat_suivant,
        successeurs.date_suite,
        successeurs.delai_suite,
        contrats.suite_rupture,
        contrats.date_rupture is not null and depasses.id_contrat is null
        and coalesce(successeurs.date_suite > contrats.date_rupture, true) as est_ouvert
    from core.contrats as contrats
    left join core.successeurs as successeurs on contrats.id_contrat = successeurs.id_contrat
    left join depasses on contrats.id_contrat = depasses.id_contrat
    where not contrats.jamais_commence
),

final as (
    select
        * exclude (est_ouvert),
        if(est_ouvert, date_rupture, null) as ouvert_du,
        if(est_ouvert, least(coalesce(date_suite - 1, date_rupture + 180), date_rupture + 180), null) as ouvert_au
    from contrats
)

select * from final
