/*
---
description: Une ligne par diplôme des contrats, les remplacés réunis ; hors référentiel, l'intitulé le plus fréquent.
controles:
  - unique: [code_diplome]
---
*/
with

intitules as (
    select
        code_diplome,
        intituleouqualification as intitule,
        count(*) as n
    from core.contrats
    group by code_diplome, intituleouqualification
),

frequents as (
    select
        code_diplome,
        arg_min(intitule, (-n, intitule)) as intitule
    from intitules
    group by code_diplome
),

final as (
    select
        frequents.code_diplome,
        renseigne(coalesce(diplomes.intitule, frequents.intitule)) as diplome,
        renseigne(diplomes.type_diplome) as type_diplome,
        renseigne(diplomes.niveau) as niveau,
        renseigne(diplomes.filiere) as filiere,
        diplomes.code_diplome is not null as est_au_referentiel
    from frequents
    left join ref.diplomes as diplomes on frequents.code_diplome = diplomes.code_diplome
)

select * from final
