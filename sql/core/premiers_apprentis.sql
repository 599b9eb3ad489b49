/*
---
description: >-
  Une ligne par contrat commencé dont l'employeur est connu, qui dit si son apprenti est le premier de cet employeur
  dans les exports ; rien n'y dit l'employeur.
descriptions:
  premier_apprenti: >-
    Vrai si aucun autre apprenti n'a commencé plus tôt chez le même employeur, selon les exports ; vide si l'apprenti y
    a commencé moins de trois ans après le premier jour qu'ils couvrent.
controles:
  - unique: [id_contrat]
---
*/
-- The exports have every start from the first year that they cover on, or that config.toml says.
with couverture as (
    select greatest(min(exports.debut), any_value(premieres.debut)) as debut
    from core.annees_des_exports as exports
    cross join ref.parametres as parametres
    left join ref.annees as premieres on parametres.premiere = premieres.annee
),

debuts as (
    select
        id_contrat,
        min(date_debut) over (partition by siretemployeur) as premier_debut,
        min(date_debut) over (partition by siretemployeur, id_apprenti) as debut_de_l_apprenti
    from core.contrats
    where not jamais_commence and siretemployeur is not null
)

-- An employer already seen would be told as well of a shorter past, but not one that was not: both are left out.
select
    debuts.id_contrat,
    if(
        debuts.debut_de_l_apprenti >= couverture.debut + to_years(3),
        debuts.debut_de_l_apprenti = debuts.premier_debut,
        null
    ) as premier_apprenti
from debuts
cross join couverture
