/*
---
description: Une ligne par ligne d'export qui peut compléter celle qui l'emporte dans son état, celle-ci comprise.
controles:
  - unique: [id_version, id_ligne]
---
*/
with

-- The columns of a file, and what is made of them.
fichiers as (
    select
        fichier,
        list_concat(
            colonnes_lues,
            if(list_has_all(colonnes_lues, ['nom', 'prenom', 'datenaissance']), ['identite'], []),
            if(list_has_any(colonnes_lues, ['nom', 'prenom', 'datenaissance']), ['identite_partielle'], []),
            if(list_contains(colonnes_lues, 'datenaissance'), ['age_debut'], []),
            if(list_contains(colonnes_lues, 'idalternant'), ['personne_alternant'], []),
            if(list_contains(colonnes_lues, 'employeurcodepostal'), ['departement_employeur'], []),
            if(list_contains(colonnes_lues, 'adressecodepostal'), ['departement_apprenti'], [])
        ) as colonnes
    from brut.fichiers
),

lignes as (
    select
        versions.id_ligne as id_version,
        versions.anciennete as derniere,
        lignes.id_ligne,
        anciennete(lignes.est_numerotee, lignes.date_extraction) as anciennete,
        lignes.rang_version,
        fichiers.colonnes
    from core.versions as versions
    inner join core.lignes as lignes
        on
            versions.id_contrat = lignes.id_contrat
            and versions.est_avenant = lignes.est_avenant
            and versions.dateeffetavenant is not distinct from lignes.dateeffetavenant
            and versions.noavenant is not distinct from lignes.noavenant
    inner join fichiers on lignes.fichier = fichiers.fichier
    where versions.est_a_reunir
),

dates as (
    select
        id_version,
        anciennete,
        derniere,
        flatten(list(colonnes)) as colonnes
    from lignes
    group by id_version, anciennete, derniere
),

-- A column is looked for in the newest date whose files have it; what a rupture is made of, in the latest only.
deja_vues as (
    select
        id_version,
        anciennete,
        list_concat(
            flatten(coalesce(list(colonnes) over plus_recentes, [])),
            if(
                anciennete < derniere,
                ['statut', 'datesignalementrupture', 'rupture_avant_debut', 'dateeffetrupture'],
                []
            )
        ) as colonnes_deja_vues
    from dates
    window plus_recentes as (
        partition by id_version
        order by anciennete desc
        rows between unbounded preceding and 1 preceding
    )
),

final as (
    select
        lignes.id_version,
        lignes.id_ligne,
        lignes.anciennete = lignes.derniere as est_de_la_derniere,
        -- The delivery, then the version, in one number.
        (lignes.anciennete << 33) + lignes.rang_version as ordre,
        deja_vues.colonnes_deja_vues
    from lignes
    inner join deja_vues
        on lignes.id_version = deja_vues.id_version and lignes.anciennete = deja_vues.anciennete
)

select * from final
