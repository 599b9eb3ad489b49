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
        contrats.date_rupture,
        contrats.jour_inconnu,
        contrats.motifvalide
    from core.ruptures_brutes as ruptures
    inner join core.annees as annees on ruptures.annee = annees.annee
    inner join core.contrats as contrats on ruptures.id_contrat = contrats.id_contrat
),

final as (
    select
        rompus.annee,
        rompus.id_contrat,
        rompus.date_rupture,
        rompus.jour_inconnu,
        rompus.date_arrete,
        rompus.derniere_date,
        successeurs.date_suite,
        successeurs.delai_suite,
        not rompus.jour_inconnu and rompus.date_arrete >= rompus.date_rupture + to_months(6) as suivi_six_mois,
        suivi_six_mois
        and coalesce(successeurs.date_suite >= rompus.date_rupture + to_months(6), true) as est_seche,
        renseigne(motifs.famille) as famille_motif_valide,
        successeurs.meme_employeur,
        successeurs.meme_diplome,
        successeurs.meme_cfa
    from rompus
    -- Known on the exports' last day.
    left join core.successeurs as successeurs
        on rompus.id_contrat = successeurs.id_contrat and successeurs.date_suite <= rompus.dernier_debut
    left join core.motifs as motifs on motifs.liste = 'valide' and rompus.motifvalide = motifs.motif
)

select * from final
