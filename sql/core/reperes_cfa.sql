/*
---
description: Une ligne par chiffre officiel et CFA du référentiel, à imprimer à côté du sien, jamais combiné avec lui.
controles:
  - non_nul: [uai, annee_officielle, indicateur_officiel, valeur_officielle, source_officielle]
---
*/
select
    codes.uai,
    reperes.annee as annee_officielle,
    reperes.indicateur as indicateur_officiel,
    (reperes.valeur * 0.01)::double as valeur_officielle,
    reperes.source as source_officielle
from ref.reperes_cfa as reperes
inner join ref.etablissements_par_code as codes on reperes.uai = codes.code
order by uai, indicateur_officiel, annee_officielle, valeur_officielle
