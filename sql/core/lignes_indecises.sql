/*
---
description: Une ligne par valeur décisive qui ne peut pas être lue, dans une ligne retenue (définitions §1).
descriptions:
  colonne: "Colonne décisive dont la valeur ne peut pas être lue."
controles:
  - unique: [id_ligne, colonne]
---
*/
with

-- The lines of a follow-up too, those of known contracts.
suivis as (
    select
        suivi.id_ligne,
        contrats.id_contrat,
        suivi.dateeffetrupture,
        contrats.date_debut,
        contrats.date_fin_prevue,
        contrats.rupture_avant_debut
    from brut.suivi as suivi
    inner join core.contrats as contrats
        on suivi.nocontrat = contrats.nocontrat and suivi.part_du_numero = contrats.part_du_numero
),

lignes as (
    select
        id_ligne,
        id_contrat
    from core.lignes
    union all
    select
        id_ligne,
        id_contrat
    from suivis
),

illisibles as (
    select
        lignes.id_ligne,
        lignes.id_contrat,
        anomalies.colonne,
        null::date as jour
    from brut.anomalies as anomalies
    inner join lignes on anomalies.id_ligne = lignes.id_ligne
    where anomalies.forme is not null
),

-- A rupture is held against its contract; the day it was reported too, where it stands in for it.
ruptures as (
    select
        lignes.id_ligne,
        lignes.id_contrat,
        unnest([
            { 'colonne': 'dateeffetrupture', 'jour': brutes.dateeffetrupture },
            {
                'colonne': 'datesignalementrupture',
                'jour': if(
                    contrats.statut = 'Rompu' and contrats.dateeffetrupture is null,
                    brutes.datesignalementrupture,
                    null
                )
            }
        ]) as dite,
        contrats.date_debut,
        contrats.date_fin_prevue,
        contrats.rupture_avant_debut
    from core.contrats as contrats
    inner join core.lignes as lignes on contrats.id_contrat = lignes.id_contrat
    inner join brut.contrats as brutes on lignes.id_ligne = brutes.id_ligne
    where coalesce(brutes.dateeffetrupture, brutes.datesignalementrupture) is not null
),

final as (
    select * from illisibles
    union all
    select
        id_ligne,
        id_contrat,
        dite.colonne,
        dite.jour
    from ruptures
    where not rupture_lisible(dite.jour, date_debut, date_fin_prevue, rupture_avant_debut)
    union all
    select
        id_ligne,
        id_contrat,
        'dateeffetrupture' as colonne,
        dateeffetrupture as jour
    from suivis
    where not rupture_lisible(dateeffetrupture, date_debut, date_fin_prevue, rupture_avant_debut)
)

select * from final
