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

-- Where several rows complete one another, each cell is taken where it is filled.
completees as (
    select
        lignes.id_version,
        arg_max(
            if(list_contains(lignes.colonnes_deja_vues, alias(columns(remplies.*))), null, columns(remplies.*)),
            lignes.ordre
        )
    from remplies
    inner join core.lignes_a_reunir as lignes on remplies.id_ligne = lignes.id_ligne
    group by lignes.id_version
),

lignes as (
    select * from remplies where id_ligne not in (select id_ligne from core.lignes_a_reunir)
    union all by name
    select * exclude (id_version) replace (id_version as id_ligne) from completees
),

reunis as (
    select
        etats.id_contrat,
        arg_max(columns(lignes.*), etats.rang_etat)
    from lignes
    inner join core.etats as etats on lignes.id_ligne = etats.id_ligne
    where not etats.est_annule
    group by etats.id_contrat
),

final as (
    select * exclude (id_ligne) from reunis
)

select * from final
