/*
---
description: >-
  Une ligne par année publiée et autre jour où elle pourrait finir, avec ce que seraient ses ruptures nettes sur toute
  une année finie ce jour-là, et arrêtée ce jour-là (définitions §5).
descriptions:
  debut: "Lendemain du même jour un an plus tôt."
  fin_annee: "Cet autre jour, le 31 juillet ou le 1er septembre de l'année civile où l'année finit, compris."
controles:
  - unique: [annee, indicateur]
  - non_nul: [annee, indicateur, debut, fin_annee]
  - valeurs: {indicateur: [taux_nette_31_juillet, taux_nette_1er_septembre]}
---
*/
with

fenetres as (
    select
        annee,
        fin_annee,
        make_date(year(fin_annee) - 1, 7, 31) + 1 as debut_juillet,
        make_date(year(fin_annee), 7, 31) as fin_juillet,
        make_date(year(fin_annee) - 1, 9, 1) + 1 as debut_septembre,
        make_date(year(fin_annee), 9, 1) as fin_septembre
    from core.annees
),

-- Whom and which contract decide is not asked: the greatest rank is enough. Both windows at once, with the day of the
-- year's end for a name: a third of the time of one after the other.
rangs as (
    select
        fenetres.fin_annee,
        contrats.id_apprenti,
        max(
            if(
                contrats.date_debut <= fin_juillet,
                rang_de_fin(debut_juillet, fin_juillet, contrats.date_fin_prevue, contrats.date_rupture),
                null
            )
        ) as juillet,
        max(
            if(
                contrats.date_fin >= debut_septembre,
                rang_de_fin(debut_septembre, fin_septembre, contrats.date_fin_prevue, contrats.date_rupture),
                null
            )
        ) as septembre
    from fenetres
    inner join core.contrats as contrats
        on contrats.date_debut <= fenetres.fin_septembre and contrats.date_fin >= fenetres.debut_juillet
    where not contrats.jamais_commence
    group by fenetres.fin_annee, contrats.id_apprenti
),

comptes as (
    select
        fin_annee,
        mesures(statut_de_rang(juillet)) as juillet,
        mesures(statut_de_rang(septembre)) as septembre
    from rangs
    group by fin_annee
),

final as (
    select
        fenetres.annee,
        unnest([
            {
                'indicateur': 'taux_nette_31_juillet',
                'debut': fenetres.debut_juillet, 'fin_annee': fenetres.fin_juillet, 'comptes': comptes.juillet
            },
            {
                'indicateur': 'taux_nette_1er_septembre',
                'debut': fenetres.debut_septembre, 'fin_annee': fenetres.fin_septembre, 'comptes': comptes.septembre
            }
        ], recursive := true)
    from fenetres
    left join comptes on fenetres.fin_annee = comptes.fin_annee
)

select
    annee, indicateur, debut, fin_annee,
    coalesce(inscrits_actifs, 0) as inscrits_actifs,
    coalesce(ruptures_nettes, 0) as ruptures_nettes,
    coalesce(effectif, 0) as effectif
from final
order by annee, fin_annee
