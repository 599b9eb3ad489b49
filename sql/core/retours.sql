/*
---
description: >-
  Une ligne par année, structure et groupe de ruptures, si un journal d'accompagnement est lu : celles encore sans autre
  contrat au 30e jour, selon qu'il y a déjà une trace, et celles suivies d'un contrat avant six mois.
controles:
  - unique: [annee, uai, accompagnement]
  - expression: retours_avant_six_mois between 0 and ruptures_au_30e_jour
---
*/
with

-- Who is back in a few days has had no time to be supported: held against the others from the rupture on, support would
-- look like what keeps people out. Both groups are made on the 30th day, among those still without a contract.
ruptures as (
    select
        suites.annee,
        contrats.uai,
        contrats.structure,
        contrats.type_structure,
        exists(
            select 1
            from core.traces as traces
            where
                traces.id_contrat = suites.id_contrat
                and traces.date_trace between suites.date_rupture and suites.date_rupture + 30
        ) as est_accompagnee,
        coalesce(suites.date_suite < suites.date_rupture + to_months(6), false) as est_de_retour
    from core.suites as suites
    inner join core.contrats as contrats on suites.id_contrat = contrats.id_contrat
    inner join core.journaux as journaux on contrats.uai = journaux.uai
    where
        not suites.jour_inconnu
        and suites.date_rupture + to_months(6) <= suites.derniere_date
        and suites.date_rupture between journaux.journal_depuis and journaux.journal_jusqu_au - 30
        and coalesce(suites.date_suite > suites.date_rupture + 30, true)
),

comptes as (
    select
        annee,
        uai,
        structure,
        type_structure,
        if(est_accompagnee, 'Avec une trace dans les 30 jours', 'Sans trace dans les 30 jours') as accompagnement,
        count(*) as ruptures_au_30e_jour,
        count(*) filter (where est_de_retour) as retours_avant_six_mois
    from ruptures
    group by annee, uai, structure, type_structure, accompagnement
),

final as (
    select
        *,
        part(retours_avant_six_mois, ruptures_au_30e_jour) as part_retour,
        wilson_bas(retours_avant_six_mois, ruptures_au_30e_jour) as part_retour_basse,
        wilson_haut(retours_avant_six_mois, ruptures_au_30e_jour) as part_retour_haute,
        fiabilite_de_l_effectif(ruptures_au_30e_jour) as fiabilite
    from comptes
)

select * from final
