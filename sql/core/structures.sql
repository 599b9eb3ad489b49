/*
---
description: Une ligne par établissement du référentiel, avec le nom de son CFA de rattachement.
controles:
  - unique: [uai]
---
*/
with

etablissements as (
    select * from ref.etablissements
),

final as (
    select
        etablissements.uai,
        etablissements.siret,
        etablissements.nom as structure,
        etablissements.type_structure,
        coalesce(rattachements.nom, etablissements.nom) as cfa_rattachement,
        coalesce(etablissements.uai_cfa_rattachement, etablissements.uai) as uai_cfa_rattachement
    from etablissements
    left join etablissements as rattachements on etablissements.uai_cfa_rattachement = rattachements.uai
)

select * from final
