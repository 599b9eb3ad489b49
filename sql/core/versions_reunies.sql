/*
---
description: Une ligne par état que plusieurs lignes complètent, chaque cellule prise où elle est remplie.
controles:
  - unique: [id_ligne]
---
*/
with

cellules as (
    select
        lignes.id_version,
        lignes.ordre,
        lignes.colonnes_deja_vues,
        -- The triple of an apprentice is whole or is not.
        if(identites.personne_triplet > 0, { 'personne': identites.personne_triplet, 'age': contrats.age_debut }, null)
            as identite,
        if(identites.personne_triplet = 0, 0, null) as identite_partielle,
        identites.personne_alternant,
        contrats.* exclude (id_ligne, fichier, ligne, date_extraction)
    from core.lignes_a_reunir as lignes
    inner join brut.contrats as contrats on lignes.id_ligne = contrats.id_ligne
    inner join brut.identites as identites on lignes.id_ligne = identites.id_ligne
),

-- An empty value is never the greatest: each column takes its first filled one.
remplies as (
    select
        id_version,
        arg_max(
            if(
                list_contains(
                    colonnes_deja_vues, alias(columns(* exclude (id_version, ordre, colonnes_deja_vues)))
                ),
                null,
                columns(* exclude (id_version, ordre, colonnes_deja_vues))
            ),
            ordre
        )
    from cellules
    group by id_version
),

-- Two rows of the latest date that fill one cell differently; names are compared as those of persons. (The distinct
-- values of each of 90 columns would take DuckDB ten times the rest to plan.)
differences as (
    select
        lignes.id_version,
        min(columns(contrats.* exclude (id_ligne, fichier, ligne, date_extraction, age_debut)))
        < max(columns(contrats.* exclude (id_ligne, fichier, ligne, date_extraction, age_debut))),
        min(columns(memes.* exclude (id_ligne))) < max(columns(memes.* exclude (id_ligne))),
        min(columns(supplements.* exclude (id_ligne))) < max(columns(supplements.* exclude (id_ligne)))
    from core.lignes_a_reunir as lignes
    inner join brut.contrats as contrats on lignes.id_ligne = contrats.id_ligne
    inner join brut.supplements as supplements on lignes.id_ligne = supplements.id_ligne
    left join brut.memes_valeurs as memes on lignes.id_ligne = memes.id_ligne
    where lignes.est_de_la_derniere
    group by lignes.id_version
),

contradictions as (
    select
        id_version,
        coalesce(greatest(*columns(* exclude (id_version))), false) as est_contradictoire
    from differences
),

final as (
    select
        remplies.id_version as id_ligne,
        contradictions.est_contradictoire,
        coalesce(remplies.identite.personne, remplies.identite_partielle) as personne_triplet,
        coalesce(remplies.identite.age, remplies.age_debut) as age_debut,
        remplies.* exclude (id_version, identite, identite_partielle, age_debut)
    from remplies
    inner join contradictions on remplies.id_version = contradictions.id_version
)

select * from final
