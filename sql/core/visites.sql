/*
---
description: >-
  Une ligne par année publiée, contrat et période (ses deux premiers mois, ses deux derniers) passée dans l'année sous
  contrat, si un journal d'accompagnement est lu : visité ou non selon lui.
controles:
  - unique: [annee, id_contrat, periode_de_visite]
  - valeurs: {periode_de_visite: [deux premiers mois, deux derniers mois]}
---
*/
with

-- A contract broken in its first two months has not had them; one that was broken has no last two.
periodes as (
    select
        contrats.id_contrat,
        contrats.uai,
        contrats.structure,
        contrats.type_structure,
        journaux.journal_depuis,
        journaux.journal_jusqu_au,
        unnest([
            {
                'periode_de_visite': 'deux premiers mois',
                'repere': contrats.date_debut,
                'du': contrats.date_debut,
                'au': (contrats.date_debut + to_months(2))::date - 1,
                'est_passee': contrats.date_fin >= (contrats.date_debut + to_months(2))::date - 1
            },
            {
                'periode_de_visite': 'deux derniers mois',
                'repere': contrats.date_fin_prevue,
                'du': (contrats.date_fin_prevue - to_months(2))::date + 1,
                'au': contrats.date_fin_prevue,
                'est_passee': contrats.date_rupture is null
            }
        ], recursive := true)
    from core.contrats as contrats
    inner join core.journaux as journaux on contrats.uai = journaux.uai
    where not contrats.jamais_commence
),

visites as (
    select
        id_contrat,
        date_trace
    from core.traces
    where action = 'Visite' and coalesce(resultat not in ('Sans réponse', 'Refusé'), true)
),

final as (
    select
        annees.annee,
        periodes.id_contrat,
        any_value(periodes.uai) as uai,
        any_value(periodes.structure) as structure,
        any_value(periodes.type_structure) as type_structure,
        periodes.periode_de_visite,
        count(visites.id_contrat) > 0 as est_visite
    from periodes
    inner join core.annees as annees on periodes.repere between annees.debut and annees.fin_annee
    left join visites
        on periodes.id_contrat = visites.id_contrat and visites.date_trace between periodes.du and periodes.au
    where
        periodes.est_passee
        and periodes.du >= periodes.journal_depuis and periodes.au <= periodes.journal_jusqu_au
    group by annees.annee, periodes.id_contrat, periodes.periode_de_visite
)

select * from final
