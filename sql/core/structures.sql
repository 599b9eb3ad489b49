/*
---
description: Une ligne par établissement du référentiel, sauf ceux qu'un autre remplace, avec son CFA de rattachement.
controles:
  - unique: [uai]
  - unique: [structure]
---
*/
with

-- Which establishment each code is now, those of the replaced ones too.
codes as (
    select * from ref.etablissements_par_code
),

etablissements as (
    select
        etablissements.uai,
        etablissements.siret,
        etablissements.nom,
        etablissements.commune,
        etablissements.type_structure,
        coalesce(cfa.uai, etablissements.uai_cfa_rattachement, etablissements.uai) as uai_cfa_rattachement
    from ref.etablissements as etablissements
    semi join codes on etablissements.uai = codes.uai
    left join codes as cfa on etablissements.uai_cfa_rattachement = cfa.code
),

-- Pages name structures: two of one name are told by their town, else by their UAI.
communes as (
    select
        *,
        if(count(*) over (partition by sans_casse(nom)) > 1, nom || coalesce(' (' || commune || ')', ''), nom) as lieu
    from etablissements
),

noms as (
    select
        *,
        if(count(*) over (partition by sans_casse(lieu)) > 1, nom || ' (' || uai || ')', lieu) as structure
    from communes
),

final as (
    select
        noms.uai,
        noms.siret,
        noms.structure,
        noms.type_structure,
        coalesce(cfa.structure, noms.structure) as cfa_rattachement,
        noms.uai_cfa_rattachement
    from noms
    left join noms as cfa on noms.uai_cfa_rattachement = cfa.uai
)

select * from final
