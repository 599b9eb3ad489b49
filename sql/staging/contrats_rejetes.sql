/*
---
description: Une ligne par ligne rejetée des exports de contrats, réduite à ce qui la rattache à un contrat.
---
*/
select
    id_ligne,
    date_extraction,
    nocontrat,
    noavenant,
    typecontrat,
    dateeffetavenant,
    datedebutcontrat,
    siretemployeur,
    personne_triplet,
    personne_alternant,
    premiere_copie
from brut.contrats_rejetes
