-- Indirect standardisation shares out the observed ruptures and makes none: over all structures, expected = observed
-- (definitions §7). The counts are whole, the expected ones are sums of fractions.
with

attendues as (
    select
        annee,
        sum(attendues) as attendues
    from core.ruptures_attendues
    group by annee
)

select
    totaux.annee,
    totaux.ruptures_nettes,
    attendues.attendues
from core.ruptures_nettes_par_annee as totaux
left join attendues on totaux.annee = attendues.annee
where abs(coalesce(attendues.attendues, 0) - totaux.ruptures_nettes) > 0.000001
