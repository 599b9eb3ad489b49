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

commences as (
    select
        id_contrat,
        id_apprenti,
        siretemployeur,
        date_debut
    from core.contrats
    where not jamais_commence and siretemployeur is not null
),

-- Counted apart and joined: two windows over all the contracts took twice as long.
employeurs as (
    select
        siretemployeur,
        min(date_debut) as premier_debut
    from commences
    group by siretemployeur
),

apprentis as (
    select
        siretemployeur,
        id_apprenti,
        min(date_debut) as premier_debut
    from commences
    group by siretemployeur, id_apprenti
)

-- An employer already seen would be told as well of a shorter past, but not one that was not: both are left out.
select
    commences.id_contrat,
    if(
        apprentis.premier_debut >= couverture.debut + to_years(3),
        apprentis.premier_debut = employeurs.premier_debut,
        null
    ) as premier_apprenti
from commences
inner join employeurs on commences.siretemployeur = employeurs.siretemployeur
inner join apprentis
    on commences.siretemployeur = apprentis.siretemployeur and commences.id_apprenti = apprentis.id_apprenti
cross join couverture
