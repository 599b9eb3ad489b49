/*
---
description: >-
  Une ligne par année prévue, ancienneté du contrat et mois à venir : la part des contrats ouverts au même jour des
  années d'avant rompus ce mois-là, dans tout le réseau (définitions §10).
controles:
  - unique: [annee_prevue, anciennete_mois, rang_mois]
  - non_nul: [annee_prevue, anciennete_mois, rang_mois, risque]
  - entre: {colonne: risque, min: 0, max: 1}
---
*/
with

-- Fewer than 20 contracts say nothing of the next ones.
effectifs as (
    select
        annee_prevue,
        sum(contrats_ouverts) as contrats_ouverts
    from core.contrats_passes
    group by annee_prevue
    having fiabilite_de_l_effectif(sum(contrats_ouverts)) != 'non_significatif'
),

mois as (
    select
        faites.annee_prevue,
        effectifs.contrats_ouverts,
        unnest([0, 3, 12]) as anciennete_mois,
        date_diff('month', faites.jour_prevision, faites.fin_annee) as dernier
    from core.previsions_faites as faites
    inner join effectifs on faites.annee_prevue = effectifs.annee_prevue
),

calendrier as (
    select
        * exclude (dernier),
        unnest(range(dernier + 1)) as rang_mois
    from mois
),

comptes as (
    select
        calendrier.annee_prevue,
        calendrier.anciennete_mois,
        calendrier.rang_mois,
        calendrier.contrats_ouverts as tous,
        coalesce(sum(passes.contrats_ouverts), 0) as ouverts,
        coalesce(sum(passes.contrats_ouverts) filter (where passes.rang_mois = calendrier.rang_mois), 0) as rompus
    from calendrier
    left join core.contrats_passes as passes
        on
            calendrier.annee_prevue = passes.annee_prevue
            and calendrier.anciennete_mois = passes.anciennete_mois
    group by calendrier.annee_prevue, calendrier.anciennete_mois, calendrier.rang_mois, calendrier.contrats_ouverts
),

final as (
    select
        annee_prevue,
        anciennete_mois,
        rang_mois,
        if(
            fiabilite_de_l_effectif(ouverts) = 'non_significatif',
            sum(rompus) over (partition by annee_prevue, rang_mois) / tous,
            rompus / ouverts
        ) as risque
    from comptes
)

select * from final
order by annee_prevue, anciennete_mois, rang_mois
