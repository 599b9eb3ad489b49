-- Consecutive windows touch: no rupture is lost or counted twice between two annual reports (definitions §2).
with

fenetres as (
    select
        annee,
        debut,
        lag(fin_annee) over (order by annee) as fin_precedente
    from core.annees
)

select * from fenetres
where debut != fin_precedente + 1
