/*
---
description: Une ligne par libellé de motif et par liste, avec ce qui s'en dit hors des totaux (définitions §8).
descriptions:
  motif_groupe: "Ce qui tient lieu d'un motif sensible hors des totaux du réseau : son regroupement, sinon « Motifs
    sensibles » ; le motif lui-même s'il n'est pas sensible."
  famille: "Famille du motif ; motif_groupe pour un motif sensible dont la famille, dans sa liste, n'en a pas d'autre."
controles:
  - unique: [liste, motif]
  - non_nul: [liste, motif, motif_groupe]
---
*/
with motifs as (
    select
        * replace (coalesce(sensible, false) as sensible, coalesce(fin_diplome, false) as fin_diplome),
        if(coalesce(sensible, false), coalesce(regroupement, 'Motifs sensibles'), motif) as motif_groupe
    from ref.motifs
)

-- A family, or an initiative, of sensitive motifs only would name them.
select
    liste,
    motif,
    sensible,
    motif_groupe,
    if(famille is not null and bool_and(sensible) over (partition by liste, famille), motif_groupe, famille) as famille,
    if(bool_and(sensible) over (partition by liste, initiative), null, initiative) as initiative,
    fin_diplome
from motifs
order by liste, motif
