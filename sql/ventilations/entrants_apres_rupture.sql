/*
---
titre: Contrats signés après une rupture
description: >-
  Contrats commencés dans l'année par un apprenti resté en formation au CFA sans contrat après une rupture (stagiaire de
  la formation professionnelle, situation 8 du formulaire Cerfa).
section: suites
ordre: 20
place: annexe
cle: [avant_contrat]
colonnes: [avant_contrat, contrats_commences, part_contrats]
descriptions:
  avant_contrat: >-
    En formation au CFA sans contrat après une rupture (situationavantcontrat 8), ou autre situation, sinon « Non
    renseigné ».
  contrats_commences: >-
    Nombre de contrats dont le premier jour est dans la fenêtre de l'année ; ceux jamais commencés n'y sont pas.
hors_total: Le tableau compte les contrats commencés dans l'année, et non les ruptures
sans_ligne: Aucun contrat n'a commencé cette année-là
controles: [{entre: {colonne: part_contrats, min: 0, max: 1}}]
---
*/
with comptes as (
    select
        annees.annee,
        case
            when contrats.situationavantcontrat = '8' then 'En formation sans contrat après une rupture'
            when contrats.situationavantcontrat is not null then 'Autre situation'
            else 'Non renseigné'
        end as avant_contrat,
        count(*) as contrats_commences
    from core.contrats as contrats
    inner join core.annees as annees on contrats.date_debut between annees.debut and annees.fin_annee
    where not contrats.jamais_commence
    group by annee, avant_contrat
)

select *, part_de_l_annee(annee, contrats_commences) as part_contrats
from comptes
order by
    annee,
    list_position(['En formation sans contrat après une rupture', 'Autre situation'], avant_contrat) nulls last
