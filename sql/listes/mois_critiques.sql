-- The twelve months of the calendar, as the report counts them (saisonnalite), and those whose ruptures per 1,000
-- contract-months are more than 1.5 times those of all these months together; empty for one that no published year has
-- whole.
with calendrier as (
    select
        generate_subscripts(noms, 1) as rang,
        unnest(noms) as mois_du_calendrier
    from (select noms_des_mois() as noms) as douze
),

connus as (
    select
        saisonnalite.mois_du_calendrier,
        saisonnalite.ruptures_brutes,
        saisonnalite.mois_de_contrat,
        saisonnalite.ruptures_pour_1000_mois
    from ventilations.saisonnalite as saisonnalite
    inner join core.annees as annees on saisonnalite.annee = annees.annee
    where annees.est_rapport and saisonnalite.mois_de_contrat > 0
),

mois as (
    select
        calendrier.rang,
        calendrier.mois_du_calendrier,
        connus.ruptures_brutes,
        connus.ruptures_pour_1000_mois,
        1000 * sum(connus.ruptures_brutes) over () / sum(connus.mois_de_contrat) over () as moyenne
    from calendrier
    left join connus on calendrier.mois_du_calendrier = connus.mois_du_calendrier
)

select
    mois_du_calendrier,
    ruptures_brutes,
    ruptures_pour_1000_mois,
    moyenne,
    coalesce(ruptures_pour_1000_mois > 1.5 * moyenne, false) as est_critique
from mois
order by rang
