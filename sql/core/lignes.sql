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
        contrats.noavenant,
        contrats.dateeffetavenant,
        contrats.datedebutcontrat,
        contrats.siretemployeur,
        contrats.date_extraction,
        identites.rang_contenu,
        avenant(contrats.typecontrat) as est_avenant,
        contrats.dateeffetrupture is not null or coalesce(contrats.statut = 'Rompu', false) as annonce_rupture,
        apprenti(identites.personne_triplet, identites.personne_alternant) as personne
    from staging.contrats as contrats
    inner join staging.identites as identites on contrats.id_ligne = identites.id_ligne
),

sans_numero as (
    select * from lignes where nocontrat is null
),

-- A fallback key with the three parts of exactly one numbered contract is that contract, before it had its number.
retrouvees as (
    select
        sans_numero.id_ligne,
        min(lignes.nocontrat) as nocontrat
    from sans_numero
    inner join lignes
        on
            sans_numero.personne = lignes.personne
            and sans_numero.datedebutcontrat = lignes.datedebutcontrat
            and sans_numero.siretemployeur is not distinct from lignes.siretemployeur
    where lignes.nocontrat is not null
    group by sans_numero.id_ligne
    having count(distinct lignes.nocontrat) = 1
),

numeros as (
    select
        lignes.*,
        lignes.nocontrat is not null as est_numerotee,
        coalesce(lignes.nocontrat, retrouvees.nocontrat) as numero
    from lignes
    left join retrouvees on lignes.id_ligne = retrouvees.id_ligne
),

avec_cle as (
    select
        *,
        if(numero is null, personne, null) as cle_personne,
        if(numero is null, datedebutcontrat, null) as cle_debut,
        if(numero is null, siretemployeur, null) as cle_employeur
    from numeros
),

cles as (
    select
        numero,
        cle_personne,
        cle_debut,
        cle_employeur,
        row_number() over (
            order by numero is null, numero, cle_debut, cle_employeur nulls first, min(rang_contenu)
        ) as id_contrat
    from avec_cle
    group by numero, cle_personne, cle_debut, cle_employeur
),

final as (
    select
        avec_cle.id_ligne,
        cles.id_contrat,
        avec_cle.numero as nocontrat,
        avec_cle.est_numerotee,
        avec_cle.est_avenant,
        avec_cle.dateeffetavenant,
        avec_cle.noavenant,
        avec_cle.datedebutcontrat,
        avec_cle.siretemployeur,
        avec_cle.personne,
        avec_cle.date_extraction,
        avec_cle.annonce_rupture,
        avec_cle.rang_contenu
    from avec_cle
    inner join cles
        on
            avec_cle.numero is not distinct from cles.numero
            and avec_cle.cle_personne is not distinct from cles.cle_personne
            and avec_cle.cle_debut is not distinct from cles.cle_debut
            and avec_cle.cle_employeur is not distinct from cles.cle_employeur
)

select * from final
