/*
---
description: Une ligne par ligne retenue des fichiers de suivi, telle que lue.
---
*/
select
    id_ligne,
    date_extraction,
    nocontrat,
    diplomeentree,
    situation,
    motifexprime,
    motifvalide,
    codemotifrupture,
    npecannuel
from brut.suivi
