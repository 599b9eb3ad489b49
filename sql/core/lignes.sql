/*
---
description: Une ligne par ligne retenue d'export, avec le contrat et l'état qu'elle décrit (définitions §1).
controles:
  - unique: [id_ligne]
  - non_nul: [id_ligne, id_contrat, personne]
---
*/
with

lignes as (
    select
        contrats.id_ligne,
        contrats.nocontrat,
        hors_initial(
            contrats.noavenant, meme_numero(contrats.noavenant, contrats.nocontrat), contrats.typecontrat
        ) as noavenant,
        hors_initial(
            contrats.dateeffetavenant, contrats.dateeffetavenant = contrats.datedebutcontrat, contrats.typecontrat
        ) as dateeffetavenant,
        contrats.datedebutcontrat,
        contrats.siretemployeur,
        contrats.date_extraction,
        identites.rang_contenu,
        avenant(contrats.typecontrat) as est_avenant,
        -- Of two rows of one state and one date, one with a rupture beats one without, then the greatest content.
        identites.rang_contenu
        + if(contrats.dateeffetrupture is not null or contrats.statut = 'Rompu', 2147483648, 0) as rang_version,
        apprenti(identites.personne_triplet, identites.personne_alternant) as personne
    from brut.contrats as contrats
    inner join brut.identites as identites on contrats.id_ligne = identites.id_ligne
),

-- The three parts of the rows without number; the smallest content among their rows ranks them (ADR 0001, reading 5).
cles_de_secours as (
    select
        personne,
        datedebutcontrat,
        siretemployeur,
        min(rang_contenu) as premier_contenu
    from lignes
    where nocontrat is null
    group by personne, datedebutcontrat, siretemployeur
),

-- A fallback key with the three parts of exactly one numbered contract is that contract, before it had its number.
retrouvees as (
    select
        cles.personne,
        cles.datedebutcontrat,
        cles.siretemployeur,
        cles.premier_contenu,
        if(count(distinct lignes.nocontrat) = 1, min(lignes.nocontrat), null) as nocontrat
    from cles_de_secours as cles
    left join lignes
        on
            cles.personne = lignes.personne
            and cles.datedebutcontrat = lignes.datedebutcontrat
            and cles.siretemployeur is not distinct from lignes.siretemployeur
            and lignes.nocontrat is not null
    group by cles.personne, cles.datedebutcontrat, cles.siretemployeur, cles.premier_contenu
),

numeros as (
    select
        lignes.*,
        coalesce(lignes.nocontrat, retrouvees.nocontrat) as numero,
        if(numero is null, lignes.datedebutcontrat, null) as cle_debut,
        if(numero is null, lignes.siretemployeur, null) as cle_employeur,
        if(numero is null, retrouvees.premier_contenu, null) as cle_contenu
    from lignes
    left join retrouvees
        on
            lignes.nocontrat is null
            and lignes.personne = retrouvees.personne
            and lignes.datedebutcontrat = retrouvees.datedebutcontrat
            and lignes.siretemployeur is not distinct from retrouvees.siretemployeur
),

final as (
    select
        id_ligne,
        dense_rank() over contrats as id_contrat,
        count(*) over (contrats range between current row and current row) as n_lignes,
        nocontrat is not null as est_numerotee,
        est_avenant,
        dateeffetavenant,
        noavenant,
        datedebutcontrat,
        personne,
        date_extraction,
        rang_version
    from numeros
    window contrats as (order by numero nulls last, cle_debut, cle_employeur nulls first, cle_contenu)
)

select * from final
