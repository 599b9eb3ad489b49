/*
---
description: Une ligne par année et apprenti suivi, avec son statut et le contrat qui en décide (définitions §3).
controles:
  - unique: [annee, id_apprenti]
  - valeurs: {statut: [actif, rupture_nette, sorti_a_terme]}
  - expression: statut = statut_provisoire or (statut_provisoire = 'rupture_nette' and statut = 'actif')
---
*/
with

-- With a cut-off later than the end of the year, a re-signing seen by then undoes the rupture.
resignatures as (
    select
        resignatures.annee,
        resignatures.id_apprenti,
        resignatures.id_contrat
    from core.resignatures as resignatures
    inner join core.annees as annees
        on
            resignatures.annee = annees.annee
            and resignatures.date_arrete = annees.date_arrete
    where annees.date_arrete > annees.fin_annee
),

final as (
    select
        a_la_fin.annee,
        a_la_fin.id_apprenti,
        if(resignatures.id_contrat is not null, 'actif', a_la_fin.statut) as statut,
        a_la_fin.statut as statut_provisoire,
        coalesce(resignatures.id_contrat, a_la_fin.id_contrat) as id_contrat
    from core.statuts_a_la_fin as a_la_fin
    left join resignatures
        on a_la_fin.annee = resignatures.annee and a_la_fin.id_apprenti = resignatures.id_apprenti
)

select * from final
