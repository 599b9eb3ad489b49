/*
---
description: Une ligne par libellé de motif et par liste, avec ce qui s'en dit hors des totaux (définitions §8).
descriptions:
  motif_groupe: "Ce qui tient lieu du motif hors des totaux du réseau : son regroupement, s'il réunit un motif
    sensible à d'autres ; avec le groupe suivant (« …, et autres »), un motif sensible resté seul ; sinon le motif."
  famille: "Famille du motif ; motif_groupe pour un motif sensible dont la famille, dans sa liste, n'en a pas d'autre."
controles:
  - unique: [liste, motif]
  - non_nul: [liste, motif, motif_groupe]
---
*/
with motifs as (
    select
        * replace (coalesce(sensible, false) as sensible, coalesce(fin_diplome, false) as fin_diplome),
        -- Those of one name are told together; so are the sensitive ones that have none.
        case
            when regroupement is not null and bool_or(sensible) over regroupes then regroupement
            when sensible then ''
            else motif
        end as groupe
    from ref.motifs
    window regroupes as (partition by liste, regroupement)
),

groupes as (
    select
        liste,
        groupe,
        bool_and(sensible) as est_sensible
    from motifs
    group by liste, groupe
),

-- A group of sensitive motifs only would say that they are: it is told with the next one of its list, in the order of
-- their names, the first one after the last.
reunis as (
    select
        seuls.liste,
        seuls.groupe,
        coalesce(
            min(autres.groupe) filter (where alphabetique(autres.groupe) > alphabetique(seuls.groupe)),
            min(autres.groupe)
        ) as voisin
    from groupes as seuls
    left join groupes as autres on seuls.liste = autres.liste and not autres.est_sensible
    where seuls.est_sensible
    group by seuls.liste, seuls.groupe
),

noms as (
    select liste, groupe, coalesce(voisin || ', et autres', 'Autres motifs') as motif_groupe from reunis
    union
    select liste, voisin, voisin || ', et autres' from reunis where voisin is not null
),

nommes as (
    select
        motifs.*,
        coalesce(noms.motif_groupe, motifs.groupe) as motif_groupe
    from motifs
    left join noms on motifs.liste = noms.liste and motifs.groupe = noms.groupe
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
from nommes
order by liste, motif
