/*
---
description: >-
  Une ligne par année que l'on prévoit de son cours, celle des derniers exports et celles d'avant au même jour, avec ce
  jour (définitions §10) ; aucune si les exports n'entrent ni dans l'année du rapport ni dans la suivante.
descriptions:
  annee: Année publiée où se lit la prévision, celle d'avant annee_prevue ; celle du rapport pour l'année en cours.
  fin_annee: Dernier jour de annee_prevue.
controles:
  - unique: [annee_prevue]
  - non_nul: [annee, annee_prevue, debut, fin_annee, jour_prevision, est_complete, recul]
  - expression: debut <= jour_prevision and jour_prevision < fin_annee
---
*/
with

en_cours as (
    select
        annees.annee,
        rapport.annee as annee_du_rapport,
        rapport.derniere_date
    from core.annees as rapport
    inner join ref.annees as annees
        on
            rapport.derniere_date between annees.debut and annees.fin_annee
            and (rapport.annee = annees.annee or rapport.fin_annee + 1 = annees.debut)
    where rapport.est_rapport
),

-- Years as numbers: 2021 for 2021-2022.
reculees as (
    select
        annees.*,
        en_cours.annee_du_rapport,
        left(en_cours.annee, 4)::integer - left(annees.annee, 4)::integer as recul,
        (en_cours.derniere_date - to_months(12 * recul))::date as jour_prevision
    from ref.annees as annees
    inner join en_cours on annees.annee <= en_cours.annee
    where annees.annee >= (select min(publiees.annee) from core.annees as publiees)
),

final as (
    select
        if(
            recul = 0,
            annee_du_rapport,
            (left(annee, 4)::integer - 1)::varchar || '-' || left(annee, 4)
        ) as annee,
        annee as annee_prevue,
        debut,
        fin_annee,
        jour_prevision,
        recul,
        recul > 0 as est_complete
    from reculees
    where debut <= jour_prevision and jour_prevision < fin_annee
)

select * from final
order by annee_prevue
