/*
---
description: >-
  Une ligne par code de la situation avant le contrat, avec son libellé : la nomenclature du formulaire Cerfa du contrat
  d'apprentissage (n° 10103), la même pour tous les réseaux.
controles:
  - unique: [situationavantcontrat]
  - unique: [avant_contrat]
---
*/
select unnest([
    { 'situationavantcontrat': '1', 'avant_contrat': 'Scolaire' },
    { 'situationavantcontrat': '2', 'avant_contrat': 'Prépa-apprentissage' },
    { 'situationavantcontrat': '3', 'avant_contrat': 'Étudiant' },
    { 'situationavantcontrat': '4', 'avant_contrat': 'Contrat d''apprentissage' },
    { 'situationavantcontrat': '5', 'avant_contrat': 'Contrat de professionnalisation' },
    { 'situationavantcontrat': '6', 'avant_contrat': 'Contrat aidé' },
    { 'situationavantcontrat': '7', 'avant_contrat': 'Stagiaire au CFA, avant un contrat' },
    { 'situationavantcontrat': '8', 'avant_contrat': 'Stagiaire au CFA, après une rupture' },
    { 'situationavantcontrat': '9', 'avant_contrat': 'Autre stagiaire de la formation' },
    { 'situationavantcontrat': '10', 'avant_contrat': 'Salarié' },
    { 'situationavantcontrat': '11', 'avant_contrat': 'Demandeur d''emploi' },
    { 'situationavantcontrat': '12', 'avant_contrat': 'Inactif' }
], recursive := true)
