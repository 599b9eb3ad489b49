/*
---
description: Une ligne par ligne retenue des exports de contrats, ses numéros de personne et le rang de son contenu.
---
*/
select
    id_ligne,
    personne_triplet,
    personne_alternant,
    rang_contenu
from brut.identites
