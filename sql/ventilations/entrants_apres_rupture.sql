/*
---
titre: Contrats signés après une rupture, selon trois sources
description: >-
  Contrats commencés dans l'année que l'une des trois dit suivre une rupture : la situation d'avant (8, resté en
  formation au CFA sans contrat après une rupture), le type du contrat (23, après la rupture du précédent chez un autre
  employeur), les exports (un contrat antérieur de l'apprenti, rompu).
section: suites
ordre: 20
place: annexe
cle: [indice_de_rupture]
colonnes: [indice_de_rupture, contrats_commences, de_situation_8, de_type_23, apres_rupture_connue]
descriptions:
  contrats_commences: >-
    Nombre de contrats commencés dans la fenêtre de l'année que la source dit suivre une rupture ; ceux jamais commencés
    n'y sont pas.
hors_total: "Le tableau compte les contrats commencés dans l'année, et non les ruptures. Chaque ligne dit combien des
  siens les deux autres sources disent aussi. Une rupture hors du réseau, ou d'avant les exports, n'y est pas connue ;
  un avenant peut cacher le type du contrat initial"
sans_ligne: Aucun contrat commencé cette année-là n'est dit suivre une rupture
---
*/
with contrats as (
    select
        annees.annee,
        coalesce(contrats.situationavantcontrat = '8', false) as est_de_situation_8,
        coalesce(contrats.typecontrat = '23', false) as est_de_type_23,
        exists(
            select 1
            from core.contrats as avant
            where
                avant.id_apprenti = contrats.id_apprenti and not avant.jamais_commence
                and avant.date_debut < contrats.date_debut and avant.date_rupture <= contrats.date_debut
        ) as a_une_rupture
    from core.contrats as contrats
    inner join core.annees as annees on contrats.date_debut between annees.debut and annees.fin_annee
    where not contrats.jamais_commence
),

indices as (
    select
        *, unnest([
            { 'indice_de_rupture': 'Situation 8 du formulaire', 'le_dit': est_de_situation_8 },
            { 'indice_de_rupture': 'Type de contrat 23', 'le_dit': est_de_type_23 },
            { 'indice_de_rupture': 'Rupture antérieure dans les exports', 'le_dit': a_une_rupture }
        ], recursive := true)
    from contrats
)

select
    annee, indice_de_rupture, count(*) as contrats_commences,
    count(*) filter (where est_de_situation_8) as de_situation_8,
    count(*) filter (where est_de_type_23) as de_type_23,
    count(*) filter (where a_une_rupture) as apres_rupture_connue
from indices
where le_dit
group by annee, indice_de_rupture
order by annee, list_position(['Situation 8 du formulaire', 'Type de contrat 23'], indice_de_rupture)
