/*
---
description: Une ligne par ligne rejetée des exports de contrats, avec le contrat retenu qu'elle décrit, s'il est connu.
controles:
  - unique: [id_ligne]
---
*/
with

rejets as (
    select
        * replace (
            hors_initial(noavenant, meme_numero(noavenant, nocontrat), typecontrat) as noavenant,
            hors_initial(dateeffetavenant, dateeffetavenant = datedebutcontrat, typecontrat) as dateeffetavenant
        ),
        avenant(typecontrat) as est_avenant,
        apprenti(personne_triplet, personne_alternant) as personne
    from brut.contrats_rejetes
),

-- The kept rows that one of them may go with: looked for only when there are rejects.
lignes as (
    select
        lignes.*,
        contrats.nocontrat,
        contrats.siretemployeur,
        -- The only employer filled for this apprentice and this start is that of the rows without number.
        if(
            count(distinct contrats.siretemployeur) filter (where not lignes.est_numerotee) over debuts = 1,
            max(contrats.siretemployeur) filter (where not lignes.est_numerotee) over debuts,
            null
        ) as seul_employeur
    from core.lignes as lignes
    inner join brut.contrats as contrats on lignes.id_ligne = contrats.id_ligne
    where exists (from rejets)
    window debuts as (partition by lignes.personne, lignes.datedebutcontrat)
),

numerotes as (
    select
        rejets.id_ligne,
        min(lignes.id_contrat) as id_contrat
    from rejets
    inner join lignes
        on rejets.nocontrat = lignes.nocontrat and rejets.part_du_numero = lignes.part_du_numero
    group by rejets.id_ligne
),

-- A rejected row without a number has the key that a kept one would have: the numbered contract it alone matches,
-- else the contract of its own three parts.
semblables as (
    select
        rejets.id_ligne,
        coalesce(rejets.siretemployeur, lignes.seul_employeur) as employeur,
        count(distinct lignes.id_contrat) filter (
            where lignes.est_numerotee and (employeur is null or employeur = lignes.siretemployeur)
        ) as n_numerotes,
        min(lignes.id_contrat) filter (
            where lignes.est_numerotee and (employeur is null or employeur = lignes.siretemployeur)
        ) as id_numerote,
        min(lignes.id_contrat) filter (
            where
            not lignes.est_numerotee
            and employeur is not distinct from coalesce(lignes.siretemployeur, lignes.seul_employeur)
        ) as id_de_secours
    from rejets
    inner join lignes
        on rejets.personne = lignes.personne and rejets.datedebutcontrat = lignes.datedebutcontrat
    where rejets.nocontrat is null
    group by rejets.id_ligne, employeur
),

final as (
    select
        rejets.id_ligne,
        rejets.nocontrat,
        rejets.premiere_copie,
        rejets.datedebutcontrat,
        rejets.est_avenant,
        rejets.dateeffetavenant,
        rejets.noavenant,
        anciennete(rejets.nocontrat is not null, rejets.date_extraction) as anciennete,
        coalesce(
            numerotes.id_contrat,
            if(semblables.n_numerotes = 1, semblables.id_numerote, semblables.id_de_secours)
        ) as id_contrat
    from rejets
    left join numerotes on rejets.id_ligne = numerotes.id_ligne
    left join semblables on rejets.id_ligne = semblables.id_ligne
)

select * from final
