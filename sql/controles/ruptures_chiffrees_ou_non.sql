-- Every net rupture has a cost, or lacks an amount or a day: none is left out, none counted twice (definitions §6).
with

couts as (
    select
        annee,
        count(perte_totale) as chiffrees,
        count(*) filter (where chiffrage = 'sans_npec') as sans_npec,
        count(*) filter (where chiffrage = 'sans_date') as sans_date
    from core.couts
    group by annee
)

select
    totaux.annee,
    couts.chiffrees,
    couts.sans_npec,
    couts.sans_date,
    totaux.ruptures_nettes
from couts
full outer join core.ruptures_nettes_par_annee as totaux on couts.annee = totaux.annee
where coalesce(couts.chiffrees + couts.sans_npec + couts.sans_date, 0) is distinct from totaux.ruptures_nettes
