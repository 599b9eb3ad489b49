/*
---
description: Une ligne par contrat rompu d'une année publiée, avec le premier autre contrat de l'apprenti, s'il y en a.
descriptions:
  date_rupture: Jour de la rupture, ou celui de son signalement si jour_inconnu.
  suivi_six_mois: "Vrai si les six mois qui suivent la rupture sont passés à date_arrete ; faux si le jour est inconnu."
controles:
  - unique: [id_contrat]
  - non_nul: [annee, id_contrat, date_rupture, jour_inconnu, date_arrete, suivi_six_mois, est_seche]
  - expression: (date_suite is null or jour_inconnu) = (delai_suite is null)
---
*/
with

-- Materialized: DuckDB would set the years against all the contracts first.
rompus as materialized (
    select
        ruptures.annee,
        annees.date_arrete,
        annees.derniere_date,
        greatest(annees.derniere_date, annees.date_arrete) as dernier_debut,
        contrats.id_contrat,
        contrats.id_apprenti,
        contrats.date_rupture,
        contrats.jour_inconnu,
        contrats.motifvalide,
        contrats.siretemployeur,
        contrats.code_diplome,
        coalesce(nullif(contrats.cfa_rattachement, renseigne(null)), contrats.uai) as cfa
    from core.ruptures_brutes as ruptures
    inner join core.annees as annees on ruptures.annee = annees.annee
    inner join core.contrats as contrats on ruptures.id_contrat = contrats.id_contrat
),

-- The first other contract that goes on or begins after the rupture, known on the exports' last day. What is said of it
-- here is all that a table may say: who the employer is is not in it.
paires as (
    select
        rompus.id_contrat,
        arg_min(
            {
                'date_suite': autres.date_debut,
                'meme_employeur': autres.siretemployeur = rompus.siretemployeur,
                'meme_diplome': autres.code_diplome = rompus.code_diplome,
                'meme_cfa': coalesce(nullif(autres.cfa_rattachement, renseigne(null)), autres.uai) = rompus.cfa
            },
            (autres.date_debut, autres.id_contrat)
        ) as suite
    from rompus
    inner join core.contrats as autres
        on
            rompus.id_apprenti = autres.id_apprenti and rompus.id_contrat != autres.id_contrat
            and autres.date_debut <= rompus.dernier_debut
            and (autres.date_debut >= rompus.date_rupture or autres.date_fin > rompus.date_rupture)
    where not autres.jamais_commence
    group by rompus.id_contrat
),

final as (
    select
        rompus.annee,
        rompus.id_contrat,
        rompus.date_rupture,
        rompus.jour_inconnu,
        rompus.date_arrete,
        rompus.derniere_date,
        paires.suite.date_suite,
        case
            when rompus.jour_inconnu then null
            when paires.suite.date_suite < rompus.date_rupture then 'Déjà sous un autre contrat'
            when paires.suite.date_suite < rompus.date_rupture + to_months(2) then 'Autre contrat en moins de 2 mois'
            when paires.suite.date_suite < rompus.date_rupture + to_months(6) then 'Autre contrat entre 2 et 6 mois'
            when paires.suite.date_suite is not null then 'Autre contrat après 6 mois'
        end as delai_suite,
        not rompus.jour_inconnu and rompus.date_arrete >= rompus.date_rupture + to_months(6) as suivi_six_mois,
        suivi_six_mois
        and coalesce(paires.suite.date_suite >= rompus.date_rupture + to_months(6), true) as est_seche,
        renseigne(motifs.famille) as famille_motif_valide,
        paires.suite.meme_employeur,
        paires.suite.meme_diplome,
        paires.suite.meme_cfa
    from rompus
    left join paires on rompus.id_contrat = paires.id_contrat
    left join core.motifs as motifs on motifs.liste = 'valide' and rompus.motifvalide = motifs.motif
)

select * from final
