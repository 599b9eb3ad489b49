/*
---
titre: Contrats signés après une rupture
description: "Contrats commencés dans l'année par un apprenti resté en formation au CFA sans contrat après une rupture
  (stagiaire de la formation professionnelle, situation 8 du formulaire Cerfa)."
section: suites
ordre: 20
place: annexe
colonnes:
  avant_contrat: {libelle: Situation avant le contrat}
  contrats_commences: {libelle: Contrats commencés, format: entier}
  part_contrats: {libelle: Part des contrats commencés, format: pourcentage}
descriptions:
  contrats_commences: Nombre de contrats dont le premier jour est dans la fenêtre de l'année ; ceux jamais commencés n'y
    sont pas.
hors_total: "Le tableau compte les contrats commencés dans l'année, et non les ruptures"
sans_ligne: Aucun contrat n'a commencé cette année-là
controles:
  - unique: [annee, avant_contrat]
  - non_nul: [annee, avant_contrat]
  - entre: {colonne: part_contrats, min: 0, max: 1}
---
*/
with

contrats as (
    select
        annees.annee,
        case
            when contrats.situationavantcontrat = '8' then 'En formation sans contrat après une rupture'
            when contrats.situationavantcontrat is not null then 'Autre situation'
            else 'Non renseigné'
        end as avant_contrat
    from core.contrats as contrats
    inner join core.annees as annees on contrats.date_debut between annees.debut and annees.fin_annee
    where not contrats.jamais_commence
),

comptes as (
    select
        annee,
        avant_contrat,
        count(*) as contrats_commences
    from contrats
    group by annee, avant_contrat
),

final as (
    select
        annee,
        avant_contrat,
        contrats_commences,
        part(contrats_commences, sum(contrats_commences) over (partition by annee)) as part_contrats
    from comptes
)

select * from final
order by
    annee,
    list_position(['En formation sans contrat après une rupture', 'Autre situation'], avant_contrat) nulls last
