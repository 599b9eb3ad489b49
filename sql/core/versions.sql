/*
---
description: Une ligne par état d'un contrat dit par plusieurs lignes, avec celle qui l'emporte (définitions §1).
controles:
  - unique: [id_ligne]
---
*/
with

-- Of copies, the first row wins: any would do for the figures, but what is listed by file and line must not change from
-- one run to the next.
lignes as (
    select
        *,
        (rang_version::hugeint << 63) - id_ligne as ordre
    from core.lignes
),

-- What one delivery says of a state.
livraisons as (
    select
        id_contrat,
        est_avenant,
        dateeffetavenant,
        noavenant,
        anciennete(est_numerotee, date_extraction) as anciennete,
        max(part_du_numero) as part_du_numero,
        arg_max(id_ligne, ordre) as id_ligne,
        arg_max(fichier, ordre) as fichier,
        arg_max(datedebutcontrat, ordre) as datedebutcontrat,
        min(rang_version) < max(rang_version) as a_plusieurs_contenus
    from lignes
    where n_lignes > 1
    group by id_contrat, est_avenant, dateeffetavenant, noavenant, anciennete(est_numerotee, date_extraction)
),

-- The files that lack a column that another of the run has.
colonnes as (
    select count(distinct colonne) as nombre
    from (select unnest(colonnes_lues) as colonne from brut.fichiers where role = 'contrats') as lues
),

incomplets as (
    select fichiers.fichier
    from brut.fichiers as fichiers
    cross join colonnes
    where fichiers.role = 'contrats' and len(fichiers.colonnes_lues) < colonnes.nombre
),

-- The latest delivery wins whole.
versions as (
    select
        id_contrat,
        est_avenant,
        dateeffetavenant,
        noavenant,
        max(part_du_numero) as part_du_numero,
        max(anciennete) as anciennete,
        arg_max(id_ligne, anciennete) as id_ligne,
        arg_max(fichier, anciennete) as fichier,
        arg_max(datedebutcontrat, anciennete) as datedebutcontrat,
        arg_max(a_plusieurs_contenus, anciennete) as a_plusieurs_contenus,
        count(*) > 1 as a_plusieurs_livraisons
    from livraisons
    group by id_contrat, est_avenant, dateeffetavenant, noavenant
),

final as (
    select
        * exclude (fichier, a_plusieurs_contenus, a_plusieurs_livraisons),
        a_plusieurs_contenus or (a_plusieurs_livraisons and fichier in (select fichier from incomplets)) as est_a_reunir
    from versions
)

select * from final
