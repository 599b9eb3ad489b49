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
        contrats.siretemployeur
    from core.lignes as lignes
    inner join brut.contrats as contrats on lignes.id_ligne = contrats.id_ligne
    where exists (from rejets)
),

numerotes as (
    select
        rejets.nocontrat,
        min(lignes.id_contrat) as id_contrat
    from rejets
    inner join lignes on rejets.nocontrat = lignes.nocontrat
    group by rejets.nocontrat
),

-- A rejected row without a number has the key that a kept one would have: the numbered contract it alone matches,
-- else the contract of its own three parts.
semblables as (
    select
        rejets.id_ligne,
        count(distinct lignes.id_contrat) filter (where lignes.est_numerotee) as n_numerotes,
        min(lignes.id_contrat) filter (where lignes.est_numerotee) as id_numerote,
        min(lignes.id_contrat) filter (where not lignes.est_numerotee) as id_de_secours
    from rejets
    inner join lignes
        on
            rejets.personne = lignes.personne
            and rejets.datedebutcontrat = lignes.datedebutcontrat
            and rejets.siretemployeur is not distinct from lignes.siretemployeur
    where rejets.nocontrat is null
    group by rejets.id_ligne
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
    left join numerotes on rejets.nocontrat = numerotes.nocontrat
    left join semblables on rejets.id_ligne = semblables.id_ligne
)

select * from final
