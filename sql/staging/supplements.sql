/*
---
description: Une ligne par ligne retenue des exports de contrats, les colonnes de [colonnes_supplementaires].
---
*/
select *
from brut.supplements
