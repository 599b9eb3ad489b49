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
        contrats.fichier,
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
        identites.part_du_numero,
        avenant(contrats.typecontrat) as est_avenant,
        -- Of two rows of one state and one date, one with a rupture beats one without, then the greatest content.
        identites.rang_contenu
        + if(contrats.dateeffetrupture is not null or contrats.statut = 'Rompu', 2147483648, 0) as rang_version,
        apprenti(identites.personne_triplet, identites.personne_alternant) as personne
    from brut.contrats as contrats
    inner join brut.identites as identites on contrats.id_ligne = identites.id_ligne
),

-- The three parts of the rows without number; the smallest content among their rows ranks them (ADR 0001, reading 5).
parties as (
    select
        personne,
        datedebutcontrat,
        siretemployeur,
        min(rang_contenu) as premier_contenu
    from lignes
    where nocontrat is null
    group by personne, datedebutcontrat, siretemployeur
),

-- An employer that is empty is the only one filled for this apprentice and this start.
cles_de_secours as (
    select
        personne,
        datedebutcontrat,
        siretemployeur,
        premier_contenu,
        coalesce(siretemployeur, if(count(siretemployeur) over debuts = 1, max(siretemployeur) over debuts, null))
            as employeur
    from parties
    window debuts as (partition by personne, datedebutcontrat)
),

-- A fallback key is the only numbered contract that has its parts, before it had its number; whatever the employer
-- where it has none.
retrouvees as (
    select
        cles.personne,
        cles.datedebutcontrat,
        cles.siretemployeur,
        cles.employeur,
        min(cles.premier_contenu) over (
            partition by cles.personne, cles.datedebutcontrat, cles.employeur
        ) as premier_contenu,
        if(
            count(distinct { 'numero': lignes.nocontrat, 'part': lignes.part_du_numero }) filter (
                where lignes.nocontrat is not null
            ) = 1,
            { 'numero': min(lignes.nocontrat), 'part': min(lignes.part_du_numero) },
            null
        ) as contrat_numerote
    from cles_de_secours as cles
    left join lignes
        on
            cles.personne = lignes.personne
            and cles.datedebutcontrat = lignes.datedebutcontrat
            and (cles.employeur is null or cles.employeur = lignes.siretemployeur)
            and lignes.nocontrat is not null
    group by cles.personne, cles.datedebutcontrat, cles.siretemployeur, cles.employeur, cles.premier_contenu
),

-- Apprentices who share a number: the smallest content of each ranks their contracts.
partages as (
    select
        nocontrat,
        part_du_numero,
        min(rang_contenu) as premier_contenu
    from lignes
    where part_du_numero > 0
    group by nocontrat, part_du_numero
),

numeros as (
    select
        lignes.* exclude (part_du_numero),
        coalesce(lignes.nocontrat, retrouvees.contrat_numerote.numero) as numero,
        coalesce(retrouvees.contrat_numerote.part, lignes.part_du_numero) as part_du_numero,
        if(numero is null, lignes.datedebutcontrat, null) as cle_debut,
        if(numero is null, retrouvees.employeur, null) as cle_employeur,
        if(numero is null, retrouvees.premier_contenu, null) as cle_de_secours
    from lignes
    left join retrouvees
        on
            lignes.nocontrat is null
            and lignes.personne = retrouvees.personne
            and lignes.datedebutcontrat = retrouvees.datedebutcontrat
            and lignes.siretemployeur is not distinct from retrouvees.siretemployeur
),

ranges as (
    select
        numeros.*,
        coalesce(numeros.cle_de_secours, partages.premier_contenu) as cle_contenu
    from numeros
    left join partages
        on numeros.numero = partages.nocontrat and numeros.part_du_numero = partages.part_du_numero
),

final as (
    select
        numeros.id_ligne,
        numeros.fichier,
        dense_rank() over contrats as id_contrat,
        count(*) over (contrats range between current row and current row) as n_lignes,
        numeros.nocontrat is not null as est_numerotee,
        numeros.part_du_numero,
        numeros.est_avenant,
        numeros.dateeffetavenant,
        numeros.noavenant,
        numeros.datedebutcontrat,
        numeros.personne,
        numeros.date_extraction,
        numeros.rang_version
    from ranges as numeros
    window contrats as (
        order by
            numeros.numero nulls last,
            numeros.cle_debut,
            numeros.cle_employeur nulls first,
            numeros.cle_contenu
    )
)

select * from final
