/*
---
description: Une ligne par année que les exports couvrent, d'après les contrats qui y ont commencé (définitions §2).
descriptions:
  contrats_commences: "Nombre de contrats commencés dans l'année, ceux prévus pour plus de cinq ans à part."
controles:
  - unique: [annee]
---
*/
with

-- A contract planned for more than five years decides nothing here: its start or its end is probably mistyped.
debuts as (
    select
        date_debut,
        count(*) as contrats_commences
    from core.contrats
    where not jamais_commence and not duree_superieure_a(5, date_debut, date_fin_prevue)
    group by date_debut
),

commences as (
    select
        annees.annee,
        annees.debut,
        annees.fin_annee,
        sum(debuts.contrats_commences) as contrats_commences
    from ref.annees as annees
    inner join debuts on debuts.date_debut between annees.debut and annees.fin_annee
    group by annees.annee, annees.debut, annees.fin_annee
),

-- The year of most starts, and those around it that have a twentieth of them: a mistyped start makes no year.
plus_fournie as (
    select
        max(contrats_commences) as contrats_commences,
        arg_max(annee, (contrats_commences, annee)) as annee
    from commences
),

fournies as (
    select
        commences.*,
        left(commences.annee, 4)::integer - row_number() over (order by commences.annee) as suite
    from commences
    cross join plus_fournie
    where
        commences.contrats_commences >= greatest(
            ceil(plus_fournie.contrats_commences / 20), if(plus_fournie.contrats_commences >= 10, 2, 1)
        )
),

final as (
    select
        annee,
        debut,
        fin_annee,
        contrats_commences
    from fournies
    where
        suite = (
            select autres.suite
            from fournies as autres
            inner join plus_fournie on autres.annee = plus_fournie.annee
        )
)

select * from final
order by annee
