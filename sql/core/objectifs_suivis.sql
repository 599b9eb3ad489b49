/*
---
description: >-
  Une ligne par année publiée et objectif, pour tout son groupe (uai vide) puis pour chaque structure qui en a 20 une
  année : où en est l'indicateur, le verdict, ce que la cible éviterait.
controles:
  - unique: [annee, uai, portee, groupe, indicateur]
  - non_nul: [annee, portee, groupe, indicateur, objectif, cible, annee_cible, verdict]
  - valeurs: {verdict: [atteint, non atteint, non tranché], verdict_jalon: [atteint, non atteint, non tranché]}
  - expression: (verdict = 'non tranché') = (pourquoi is not null)
  - expression: ruptures_evitees is null or ruptures_evitees between 0 and numerateur
  - expression: euros_gardes is null or (ruptures_chiffrees >= 3 and ruptures_evitees is not null)
descriptions:
  uai: "UAI de la structure ; vide pour tout le groupe."
  numerateur: "Ce que l'indicateur compte : des ruptures nettes, ou le numérateur d'indicateurs.csv ; vide sans mesure."
  denominateur: "Ce à quoi il le rapporte : l'effectif, ou le dénominateur d'indicateurs.csv ; vide sans mesure."
  valeur: "numerateur / denominateur, en fraction de 1."
---
*/
with

mesures as (
    select
        mesures.*,
        connus.mesure,
        connus.sens,
        connus.de_personnes,
        empechement(mesures.denominateur, connus.de_personnes, annees.provisoire) as empechement,
        -- Hours are not drawn one by one: they may be more than those planned, and have no interval.
        if(connus.de_personnes, mesures.numerateur, null) as comptes
    from core.mesures_suivies as mesures
    inner join ref.indicateurs_connus as connus on mesures.indicateur = connus.indicateur
    inner join core.annees as annees on mesures.annee = annees.annee
    -- A structure of which nothing could be decided in any year has only its own target.
    qualify
        mesures.uai is null or mesures.portee = 'cfa'
        or fiabilite_de_l_effectif(
            max(mesures.denominateur) over (
                partition by mesures.uai, mesures.portee, mesures.groupe, mesures.indicateur
            )
        ) != 'non_significatif'
),

objectifs as (
    select
        portee,
        groupe,
        indicateur,
        annee as annee_cible,
        annee_jalon,
        (socle * 0.01)::double as socle,
        (jalon * 0.01)::double as jalon,
        (cible * 0.01)::double as cible
    from ref.objectifs
),

-- A verdict is of the interval, where something may be decided.
bornes as (
    select
        mesures.annee,
        mesures.uai,
        mesures.portee,
        mesures.groupe,
        mesures.indicateur,
        nom_du_vise(mesures.uai, mesures.portee, vises.vise) || ' : ' || mesures.mesure || case
            when mesures.uai is null then ''
            when mesures.portee = 'reseau' then ' (cible du réseau)'
            when mesures.portee = 'cfa' then ' (cible du CFA)'
            else ''
        end as objectif,
        mesures.sens,
        -- Where the whole group started is not where a CFA did.
        if(mesures.uai is null or mesures.portee = 'cfa', objectifs.socle, null) as socle,
        objectifs.annee_jalon,
        objectifs.jalon,
        objectifs.cible,
        objectifs.annee_cible,
        mesures.numerateur,
        mesures.denominateur,
        part(mesures.numerateur, mesures.denominateur) as valeur,
        wilson_bas(mesures.comptes, mesures.denominateur) as valeur_basse,
        wilson_haut(mesures.comptes, mesures.denominateur) as valeur_haute,
        mesures.empechement,
        case
            when mesures.comptes is null then null
            when mesures.indicateur = 'taux_rupture_nette' then fiabilite(mesures.numerateur, mesures.denominateur)
            else fiabilite_de_l_effectif(mesures.denominateur)
        end as fiabilite,
        mesures.ruptures_chiffrees,
        mesures.perte_annee
    from mesures
    inner join objectifs
        on
            mesures.portee = objectifs.portee and mesures.groupe = objectifs.groupe
            and mesures.indicateur = objectifs.indicateur
    inner join core.groupes_vises as vises on mesures.portee = vises.portee and mesures.groupe = vises.groupe
),

verdicts as (
    select
        *,
        if(empechement is null, valeur_basse, null) as bas,
        if(empechement is null, valeur_haute, null) as haut,
        verdict_d_objectif(sens, cible, bas, haut) as verdict,
        if(jalon is null, null, verdict_d_objectif(sens, jalon, bas, haut)) as verdict_jalon,
        if(
            indicateur = 'taux_rupture_nette' and empechement is null,
            greatest(0.0, numerateur - cible * denominateur), null
        ) as ruptures_evitees
    from bornes
)

select
    annee,
    uai,
    portee,
    groupe,
    indicateur,
    objectif,
    socle,
    annee_jalon,
    jalon,
    cible,
    annee_cible,
    numerateur,
    denominateur,
    valeur,
    valeur_basse,
    valeur_haute,
    fiabilite,
    verdict,
    verdict_jalon,
    if(verdict = 'non tranché', coalesce(empechement, 'l''intervalle contient la cible'), null) as pourquoi,
    ruptures_evitees,
    ruptures_chiffrees,
    -- The amount of fewer ruptures would be that of persons (definitions §8).
    if(
        ruptures_chiffrees >= 3, round(ruptures_evitees * perte_annee::double / ruptures_chiffrees, 2), null
    )::decimal(18, 2) as euros_gardes
from verdicts
order by annee, uai nulls first, portee, groupe, indicateur
