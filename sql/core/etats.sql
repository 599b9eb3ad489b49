/*
---
description: Une ligne par état d'un contrat (initial ou avenant), avec la ligne qui l'emporte (définitions §1).
controles:
  - unique: [id_contrat, rang_etat]
---
*/
with

livraisons as (
    select
        *,
        -- Rows that got their number from a numbered contract are older than any row that carries it.
        (est_numerotee, livraison(date_extraction)) as anciennete
    from core.lignes
),

etats as (
    select
        id_contrat,
        est_avenant,
        dateeffetavenant,
        noavenant,
        arg_max(id_ligne, (anciennete, annonce_rupture, rang_contenu)) as id_ligne,
        max(anciennete) as anciennete
    from livraisons
    group by id_contrat, est_avenant, dateeffetavenant, noavenant
),

contenus as (
    select
        livraisons.id_contrat,
        livraisons.est_avenant,
        livraisons.dateeffetavenant,
        livraisons.noavenant,
        count(distinct livraisons.rang_contenu) as n_contenus
    from livraisons
    inner join etats
        on
            livraisons.id_contrat = etats.id_contrat
            and livraisons.est_avenant = etats.est_avenant
            and livraisons.dateeffetavenant is not distinct from etats.dateeffetavenant
            and livraisons.noavenant is not distinct from etats.noavenant
            and livraisons.anciennete = etats.anciennete
    group by all
    having count(distinct livraisons.rang_contenu) > 1
),

final as (
    select
        etats.id_contrat,
        etats.est_avenant,
        etats.dateeffetavenant,
        etats.noavenant,
        etats.id_ligne,
        gagnantes.est_numerotee,
        gagnantes.date_extraction,
        contenus.n_contenus is not null as est_contradictoire,
        row_number() over (
            partition by etats.id_contrat
            order by
                etats.est_avenant,
                coalesce(etats.dateeffetavenant, gagnantes.datedebutcontrat),
                etats.noavenant is not null,
                try_cast(etats.noavenant as ubigint) is null,
                try_cast(etats.noavenant as ubigint),
                etats.noavenant nulls first,
                etats.dateeffetavenant is not null
        ) as rang_etat
    from etats
    inner join core.lignes as gagnantes on etats.id_ligne = gagnantes.id_ligne
    left join contenus
        on
            etats.id_contrat = contenus.id_contrat
            and etats.est_avenant = contenus.est_avenant
            and etats.dateeffetavenant is not distinct from contenus.dateeffetavenant
            and etats.noavenant is not distinct from contenus.noavenant
)

select * from final
