/*
---
description: >-
  Une ligne par période où les règles de financement de regles_financement.csv sont les mêmes ; sans ce fichier, aucune
  (définitions §6).
controles:
  - unique: [debut]
  - non_nul: [debut, fin, participation_niveau, participation, participation_reprise, participation_essai]
  - non_nul: [distance_seuil, distance_minoration, distance_plancher, versements, sources]
---
*/
with

bornes as (
    select debut from ref.regles_financement
    union
    select fin + 1 as debut from ref.regles_financement where fin is not null
),

periodes as (
    select
        debut,
        coalesce(lead(debut) over (order by debut) - 1, date '9999-12-31') as fin
    from bornes
),

final as (
    select
        periodes.debut,
        periodes.fin,
        max(regles.valeur) filter (where regles.regle = 'participation_niveau') as participation_niveau,
        max(regles.valeur) filter (where regles.regle = 'participation') as participation,
        max(regles.valeur) filter (where regles.regle = 'participation_reprise') as participation_reprise,
        max(regles.valeur) filter (where regles.regle = 'participation_essai') as participation_essai,
        max(regles.valeur) filter (where regles.regle = 'distance_seuil') as distance_seuil,
        max(regles.valeur) filter (where regles.regle = 'distance_minoration') as distance_minoration,
        max(regles.valeur) filter (where regles.regle = 'distance_plancher') as distance_plancher,
        list({ 'delai_mois': regles.delai_mois, 'pourcent': regles.valeur } order by regles.delai_mois) filter (
            where regles.regle = 'versement'
        ) as versements,
        string_agg(distinct regles.source, ' ; ' order by regles.source) as sources,
        string_agg(distinct regles.hypothese, ' ; ' order by regles.hypothese) as hypotheses
    from periodes
    inner join ref.regles_financement as regles
        on periodes.debut between regles.debut and coalesce(regles.fin, date '9999-12-31')
    group by periodes.debut, periodes.fin
)

select * from final
order by debut
