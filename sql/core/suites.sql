/*
---
description: Une ligne par contrat rompu dans une année publiée, avec ce qu'il est devenu à la date d'arrêté.
descriptions:
  suivi_six_mois: "Vrai si les six mois qui suivent la rupture sont passés à date_arrete ; faux si le jour est inconnu."
controles:
  - unique: [id_contrat]
  - non_nul: [annee, id_contrat, devenir, suivi_six_mois, est_seche]
  - expression: suivi_six_mois or not est_seche
---
*/
with suites as (
    select
        ruptures.annee, contrats.id_contrat, contrats.motifvalide, contrats.date_rupture, contrats.jour_inconnu,
        annees.date_arrete,
        -- The first other contract that goes on or begins after the rupture, known at the cut-off.
        min(autres.date_debut) as date_suite
    from core.ruptures_brutes as ruptures
    inner join core.annees as annees on ruptures.annee = annees.annee
    inner join core.contrats as contrats on ruptures.id_contrat = contrats.id_contrat
    left join core.contrats as autres
        on
            contrats.id_apprenti = autres.id_apprenti and contrats.id_contrat != autres.id_contrat
            and not autres.jamais_commence and autres.date_debut <= annees.date_arrete
            and (autres.date_debut >= contrats.date_rupture or autres.date_fin > contrats.date_rupture)
    group by all
)

select
    suites.annee,
    suites.id_contrat,
    renseigne(motifs.famille) as famille_motif_valide,
    case
        when suites.jour_inconnu then 'Non renseigné'
        when suites.date_suite < suites.date_rupture then 'Déjà sous un autre contrat'
        when suites.date_suite < suites.date_rupture + to_months(2) then 'Autre contrat en moins de 2 mois'
        when suites.date_suite < suites.date_rupture + to_months(6) then 'Autre contrat entre 2 et 6 mois'
        when suites.date_suite is not null then 'Autre contrat après 6 mois'
        when suites.date_arrete < suites.date_rupture + to_months(6) then 'Sans autre contrat, depuis moins de 6 mois'
        else 'Sans autre contrat, depuis 6 mois et plus'
    end as devenir,
    not suites.jour_inconnu and suites.date_arrete >= suites.date_rupture + to_months(6) as suivi_six_mois,
    devenir in ('Autre contrat après 6 mois', 'Sans autre contrat, depuis 6 mois et plus') as est_seche
from suites
left join core.motifs as motifs on motifs.liste = 'valide' and suites.motifvalide = motifs.motif
