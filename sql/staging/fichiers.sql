/*
---
description: Une ligne par fichier lu, avec sa date d'extraction et le compte de ses lignes.
descriptions:
  nom: Dossier et nom du fichier sous le dossier des données, par exemple contrats/export.csv.
---
*/
select
    fichier,
    nom,
    role,
    date_extraction,
    lignes_lues,
    lignes_retenues,
    lignes_rejetees
from brut.fichiers
