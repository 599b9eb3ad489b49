/*
---
description: Une ligne par groupe que vise un objectif ou une action, avec son nom imprimé.
controles:
  - unique: [portee, groupe]
  - unique: [vise]
  - non_nul: [portee, groupe, vise]
---
*/
with

vises as (
    select portee, groupe
    from ref.objectifs
    union
    select portee, groupe
    from ref.actions
),

noms as (
    select
        vises.portee,
        vises.groupe,
        coalesce(types.libelle, diplomes.intitule, structures.structure, vises.groupe) as nom
    from vises
    left join ref.types_diplome as types on vises.portee = 'type_diplome' and vises.groupe = types.type_diplome
    left join ref.diplomes as diplomes on vises.portee = 'diplome' and vises.groupe = diplomes.code_diplome
    left join core.structures as structures on vises.portee = 'cfa' and vises.groupe = structures.uai
)

-- Two of one name are told by their code, or by what they are.
select
    portee,
    groupe,
    if(
        count(*) over (partition by sans_casse(nom)) > 1,
        nom || ' (' || if(portee in ('diplome', 'cfa'), groupe, replace(portee, '_', ' de ')) || ')', nom
    ) as vise
from noms
order by portee, groupe
