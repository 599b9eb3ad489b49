/*
---
description: Une ligne par contrat où l'une des [colonnes_supplementaires] est remplie, sa dernière valeur non vide.
controles:
  - unique: [id_contrat]
---
*/
with

-- The columns are the analyst's, whatever their number: with none, there is no such row.
remplies as (
    select *
    from brut.supplements as supplements
    where concat('', *columns(supplements.* exclude (id_ligne))) != ''
),

reunis as (
    select
        etats.id_contrat,
        arg_max(columns(remplies.*), etats.rang_etat)
    from remplies
    inner join core.etats as etats on remplies.id_ligne = etats.id_ligne
    group by etats.id_contrat
),

final as (
    select * exclude (id_ligne) from reunis
)

select * from final
