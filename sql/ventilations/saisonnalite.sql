/*
---
titre: Les mois où les contrats sont rompus
description: >-
  Ruptures brutes pour 1 000 mois de contrat, selon le mois du calendrier : les mois entiers des années publiées, de la
  première à celle du rapport, réunis.
section: calendrier
ordre: 15
place: annexe
cle: [mois_du_calendrier]
colonnes: [mois_du_calendrier, ruptures_brutes, mois_de_contrat, ruptures_pour_1000_mois]
descriptions:
  ruptures_brutes: Nombre de contrats rompus dans ces mois, de la première année publiée à annee, suivis ou non d'un
    autre ; ceux jamais commencés n'y sont pas.
hors_total: Les mois que la première et la dernière année ne couvrent pas en entier n'y sont pas
sans_ligne: Les années publiées n'ont aucun mois entier
graphique: {type: barres, titre: Ruptures brutes pour 1 000 mois de contrat, x: ruptures_pour_1000_mois,
  y: mois_du_calendrier, tri: lignes}
controles: [{entre: {colonne: ruptures_pour_1000_mois, min: 0}}]
---
*/
-- The windows of the published years touch: only the first month of all, and the last known, may be cut.
with fenetres as (
    select annee, min(debut) over (order by debut) as debut, least(fin_annee, derniere_date) as fin
    from core.annees
),

series as (
    select
        annee, debut, fin,
        unnest(generate_series(date_trunc('month', debut), fin, interval 1 month))::date as premier
    from fenetres
),

mois as (
    select annee, premier, last_day(premier) as dernier
    from series
    where premier >= debut and last_day(premier) <= fin
),

-- Both ends included; the last day of a broken contract is the eve of the rupture. Many have the same two days: each
-- pair is set against the months once.
contrats as (
    select date_debut, coalesce(date_rupture - 1, date_fin_prevue) as dernier_jour, count(*) as nombre
    from core.contrats
    where not jamais_commence
    group by date_debut, dernier_jour
),

-- A month is 365.25 / 12 days.
durees as (
    select
        mois.premier,
        sum(
            contrats.nombre
            * (least(contrats.dernier_jour, mois.dernier) - greatest(contrats.date_debut, mois.premier) + 1)
        ) / 30.4375 as mois_de_contrat
    from (select distinct premier, dernier from mois) as mois
    inner join contrats on contrats.date_debut <= mois.dernier and contrats.dernier_jour >= mois.premier
    group by mois.premier
),

ruptures as (
    select mois, count(*) as ruptures_brutes
    from core.ruptures_brutes
    group by mois
),

connues as (
    select
        mois.annee,
        noms_des_mois()[month(mois.premier)] as mois_du_calendrier,
        sum(coalesce(ruptures.ruptures_brutes, 0))::bigint as ruptures_brutes,
        sum(coalesce(durees.mois_de_contrat, 0) order by mois.premier) as mois_de_contrat
    from mois
    left join durees using (premier)
    left join ruptures on strftime(mois.premier, '%Y-%m') = ruptures.mois
    group by mois.annee, mois_du_calendrier
),

-- Of unknown day: in no month.
inconnues as (
    select
        fenetres.annee, renseigne(null) as mois_du_calendrier, count(*) as ruptures_brutes, null as mois_de_contrat
    from fenetres
    inner join core.ruptures_brutes as brutes on fenetres.annee >= brutes.annee
    where brutes.mois = renseigne(null)
    group by fenetres.annee
),

final as (
    select * from connues
    union all by name
    select * from inconnues
)

select
    annee, mois_du_calendrier, ruptures_brutes, mois_de_contrat,
    part(1000 * ruptures_brutes, mois_de_contrat) as ruptures_pour_1000_mois
from final
order by annee, list_position(noms_des_mois(), mois_du_calendrier)
