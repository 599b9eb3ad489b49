/*
---
description: >-
  Une ligne par année prévue et groupe de contrats ouverts (tous, un mois, une structure, un type de diplôme, et leurs
  croisements) : les ruptures brutes attendues, leur fourchette à 80 %, et celles qu'il y a eu (définitions §10).
controles:
  - unique: [annee_prevue, decoupage, uai, type_diplome, mois]
  - non_nul: [annee, annee_prevue, decoupage, uai, structure, type_diplome, mois, contrats_ouverts]
  - non_nul: [ruptures_prevues, prevues_bas, prevues_haut, jour_prevision, annees_passees]
  - expression: contrats_ouverts >= 20
  - expression: 0 <= prevues_bas and prevues_bas <= prevues_haut
  - relation: {colonne: annee, table: core.annees}
---
*/
with

ouverts as (
    select
        annee_prevue,
        uai,
        structure,
        type_diplome,
        sum(contrats_ouverts) as contrats_ouverts
    from core.contrats_ouverts
    group by annee_prevue, uai, structure, type_diplome
),

-- Groups of fewer than 20 contracts are told together.
tailles as (
    select
        *,
        sum(contrats_ouverts) over (partition by annee_prevue, uai) < 20 as est_petite,
        sum(contrats_ouverts) over (partition by annee_prevue, type_diplome) < 20 as est_rare,
        contrats_ouverts < 20 as est_rare_ici
    from ouverts
),

groupes as (
    select
        annee_prevue,
        uai as de_uai,
        type_diplome as de_type,
        contrats_ouverts,
        unnest(
            [
                { 'decoupage': 'Ensemble', 'uai': '', 'structure': '', 'type_diplome': '', 'est_de_mois': false },
                { 'decoupage': 'Mois', 'uai': '', 'structure': '', 'type_diplome': '', 'est_de_mois': true },
                {
                    'decoupage': 'Structure',
                    'uai': if(est_petite, 'autres', uai),
                    'structure': if(est_petite, 'Structures de moins de 20 contrats ouverts', structure),
                    'type_diplome': '',
                    'est_de_mois': false
                },
                {
                    'decoupage': 'Type de diplôme',
                    'uai': '',
                    'structure': '',
                    'type_diplome': if(est_rare, 'Autres types', type_diplome),
                    'est_de_mois': false
                },
                {
                    'decoupage': if(est_petite, null, 'Structure et mois'),
                    'uai': uai,
                    'structure': structure,
                    'type_diplome': '',
                    'est_de_mois': true
                },
                {
                    'decoupage': if(est_petite, null, 'Structure et type'),
                    'uai': uai,
                    'structure': structure,
                    'type_diplome': if(est_rare_ici, 'Autres types', type_diplome),
                    'est_de_mois': false
                }
            ],
            recursive := true
        )
    from tailles
),

effectifs as (
    select
        annee_prevue,
        decoupage,
        uai,
        type_diplome,
        sum(contrats_ouverts)::bigint as contrats_ouverts
    from groupes
    where decoupage is not null
    group by annee_prevue, decoupage, uai, type_diplome
    having sum(contrats_ouverts) >= 20
),

mois as (
    select
        annee_prevue,
        rang_mois,
        sum(contrats_ouverts) as ruptures
    from core.contrats_passes
    where rang_mois is not null
    group by annee_prevue, rang_mois
),

-- How well the risk of each cell is known, by what its groups may be told by.
imprecisions as (
    select
        cellules.*,
        imprecision(cellules.ruptures_de_la_structure) as de_la_structure,
        imprecision(cellules.ruptures_du_type) as du_type,
        imprecision(coalesce(mois.ruptures, 0)) as du_mois
    from core.contrats_attendus as cellules
    left join mois on cellules.annee_prevue = mois.annee_prevue and cellules.rang_mois = mois.rang_mois
),

sommes as (
    select
        groupes.annee_prevue,
        groupes.decoupage,
        groupes.uai,
        groupes.structure,
        groupes.type_diplome,
        if(groupes.est_de_mois, cellules.rang_mois, null) as rang_mois,
        sum(cellules.ruptures_observees)::bigint as observees,
        sum(cellules.ruptures_prevues order by cellules.uai, cellules.type_diplome, cellules.rang_mois)
            as ruptures_prevues,
        sum(
            cellules.ruptures_prevues
            * (
                if(groupes.uai != '', cellules.de_la_structure, 0)
                + if(groupes.type_diplome != '', cellules.du_type, 0)
                + if(groupes.est_de_mois, cellules.du_mois, 0)
            )
            order by cellules.uai, cellules.type_diplome, cellules.rang_mois
        ) as prevues_imprecises
    from groupes
    inner join imprecisions as cellules
        on
            groupes.annee_prevue = cellules.annee_prevue
            and groupes.de_uai = cellules.uai
            and groupes.de_type = cellules.type_diplome
    where groupes.decoupage is not null
    group by
        groupes.annee_prevue, groupes.decoupage, groupes.uai, groupes.structure, groupes.type_diplome,
        if(groupes.est_de_mois, cellules.rang_mois, null)
),

attendues as (
    select
        faites.annee,
        faites.jour_prevision,
        faites.est_complete,
        ecarts.annees_passees,
        effectifs.contrats_ouverts,
        sommes.*,
        row_number() over (
            order by sommes.annee_prevue, sommes.decoupage, sommes.uai, sommes.type_diplome, sommes.rang_mois
        ) as rang,
        -- Years differ, that to come as those it is told from.
        ecarts.variance_des_annees * (1 + 1 / ecarts.annees_passees)
        + if(sommes.decoupage = 'Ensemble', imprecision(ecarts.ruptures), 0)
        + coalesce(sommes.prevues_imprecises / nullif(sommes.ruptures_prevues, 0), 0) as variance
    from sommes
    inner join effectifs using (annee_prevue, decoupage, uai, type_diplome)
    inner join core.previsions_faites as faites using (annee_prevue)
    inner join core.ecarts_entre_annees as ecarts using (annee_prevue)
),

-- Numbers of ruptures as far as eight standard deviations around what is expected.
possibles as (
    select
        rang,
        ruptures_prevues,
        variance,
        8 * sqrt(ruptures_prevues + variance * ruptures_prevues ** 2) as ecart
    from attendues
    where ruptures_prevues > 0
),

nombres as (
    select
        rang,
        ruptures_prevues,
        variance,
        unnest(
            range(greatest(0, floor(ruptures_prevues - ecart))::bigint, ceil(ruptures_prevues + ecart)::bigint + 1)
        ) as nombre
    from possibles
),

probabilites as (
    select
        rang,
        nombre,
        exp(log_probabilite(nombre, ruptures_prevues, variance)) as probabilite
    from nombres
),

-- Half of a number's own probability on each side: whole numbers leave 80 % on average, neither more nor less.
cumuls as (
    select
        rang,
        nombre,
        sum(probabilite) over (partition by rang order by nombre) - probabilite / 2 as milieu
    from probabilites
),

bornes as (
    select
        rang,
        min(nombre) filter (where milieu >= 0.1) as prevues_bas,
        max(nombre) filter (where milieu <= 0.9) as prevues_haut
    from cumuls
    group by rang
),

lignes as (
    select
        attendues.annee,
        attendues.annee_prevue,
        attendues.decoupage,
        attendues.uai,
        attendues.structure,
        attendues.type_diplome,
        coalesce(
            strftime(date_trunc('month', attendues.jour_prevision) + to_months(attendues.rang_mois::integer), '%Y-%m'),
            ''
        ) as mois,
        attendues.jour_prevision,
        attendues.annees_passees,
        attendues.contrats_ouverts,
        attendues.ruptures_prevues,
        coalesce(bornes.prevues_bas, 0) as prevues_bas,
        coalesce(bornes.prevues_haut, 0) as prevues_haut,
        if(attendues.est_complete, attendues.observees, null) as ruptures_observees,
        if(
            attendues.est_complete,
            attendues.observees between coalesce(bornes.prevues_bas, 0) and coalesce(bornes.prevues_haut, 0),
            null
        ) as est_dans_la_fourchette
    from attendues
    left join bornes on attendues.rang = bornes.rang
),

-- Beside each, the forecast of the same group a year before.
final as (
    select
        lignes.*,
        avant.ruptures_prevues as prevues_avant,
        fourchette(avant.prevues_bas, avant.prevues_haut) as fourchette_avant,
        avant.ruptures_observees as observees_avant,
        if(
            avant.est_dans_la_fourchette is null, null, if(avant.est_dans_la_fourchette, 'Oui', 'Non')
        ) as tenue_avant
    from lignes
    left join lignes as avant
        on
            left(lignes.annee_prevue, 4)::integer - 1 = left(avant.annee_prevue, 4)::integer
            and lignes.decoupage = avant.decoupage
            and lignes.uai = avant.uai
            and lignes.type_diplome = avant.type_diplome
            and lignes.mois
            = if(avant.mois = '', '', (left(avant.mois, 4)::integer + 1)::varchar || right(avant.mois, 3))
)

select * from final
order by annee_prevue, decoupage, uai, type_diplome, mois
