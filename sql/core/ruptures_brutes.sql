/*
---
description: Une ligne par contrat rompu dans la fenêtre d'une année publiée, suivi ou non d'un autre contrat.
controles:
  - unique: [id_contrat]
---
*/
select
    annees.annee,
    contrats.id_contrat,
    contrats.id_apprenti,
    contrats.date_debut,
    contrats.uai,
    contrats.structure,
    contrats.type_structure,
    contrats.cfa_rattachement,
    if(contrats.jour_inconnu, 'Non renseigné', strftime(contrats.date_rupture, '%Y-%m')) as mois
from core.contrats as contrats
inner join core.annees as annees on contrats.date_rupture between annees.debut and annees.fin_annee
where not contrats.jamais_commence
