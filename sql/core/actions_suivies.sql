/*
---
description: >-
  Une ligne par année publiée et action, pour tout son groupe (uai vide) puis pour chaque structure qui en a : son
  indicateur avant et après elle, tel qu'il est connu cette année-là.
controles:
  - unique: [annee, uai, recommandation, portee, groupe]
  - non_nul: [annee, recommandation, acteur, echelon, portee, groupe, objectif, effet]
  - valeurs: {effet: [mesuré, non établi, à venir, non cherché], sens_de_l_ecart: [baisse, hausse]}
  - valeurs: {echelon: [local, national]}
  - expression: (effet = 'mesuré') = (sens_de_l_ecart is not null)
  - expression: (ecart is null) = (ecart_bas is null) and (ecart is null) = (ecart_haut is null)
descriptions:
  uai: "UAI de la structure ; vide pour tout le groupe."
---
*/
with

mesures as (
    select
        mesures.*,
        connus.de_personnes,
        empechement(mesures.denominateur, connus.de_personnes, annees.provisoire) as empechement,
        case
            when not connus.de_personnes then null
            when mesures.indicateur = 'taux_rupture_nette' then fiabilite(mesures.numerateur, mesures.denominateur)
            else fiabilite_de_l_effectif(mesures.denominateur)
        end as fiabilite,
        -- Counts of a few in a structure, of which nothing may be decided, would be a list of persons.
        mesures.uai is null or fiabilite_de_l_effectif(mesures.denominateur) != 'non_significatif' as est_dite
    from core.mesures_suivies as mesures
    inner join ref.indicateurs_connus as connus on mesures.indicateur = connus.indicateur
    inner join core.annees as annees on mesures.annee = annees.annee
),

-- The structures that have apprentices whom an action is for.
lieux as (
    select distinct uai, portee, groupe
    from core.mesures_suivies
    where uai is not null and indicateur = 'taux_rupture_nette'
),

-- What the exports do not have is known of the whole group: only the CFA that it is of has it too.
demandees as (
    select null as uai, *, annee_apres is not null as est_demande
    from ref.actions
    union all
    select
        lieux.uai, actions.*,
        actions.annee_apres is not null and (actions.indicateur = 'taux_rupture_nette' or actions.portee = 'cfa')
    from ref.actions as actions
    inner join lieux on actions.portee = lieux.portee and actions.groupe = lieux.groupe
),

comparees as (
    select
        annees.annee,
        demandees.uai,
        demandees.recommandation,
        demandees.acteur,
        demandees.echeance,
        demandees.echelon,
        demandees.portee,
        demandees.groupe,
        demandees.indicateur,
        demandees.annee_avant,
        demandees.annee_apres,
        demandees.est_demande,
        demandees.annee_apres > annees.annee as est_a_venir,
        if(avant.est_dite, avant.numerateur, null) as numerateur_avant,
        if(avant.est_dite, avant.denominateur, null) as denominateur_avant,
        avant.fiabilite as fiabilite_avant,
        if(apres.est_dite, apres.numerateur, null) as numerateur_apres,
        if(apres.est_dite, apres.denominateur, null) as denominateur_apres,
        apres.fiabilite as fiabilite_apres,
        case
            when avant.annee is null or avant.empechement is not null
                then coalesce(avant.empechement, 'aucune mesure') || ' en ' || demandees.annee_avant
            when apres.annee is null or apres.empechement is not null
                then coalesce(apres.empechement, 'aucune mesure') || ' en ' || demandees.annee_apres
        end as empechement
    from demandees
    cross join core.annees as annees
    left join mesures as avant
        on
            demandees.est_demande and demandees.annee_apres <= annees.annee and demandees.annee_avant = avant.annee
            and demandees.uai is not distinct from avant.uai and demandees.portee = avant.portee
            and demandees.groupe = avant.groupe and demandees.indicateur = avant.indicateur
    left join mesures as apres
        on
            demandees.est_demande and demandees.annee_apres <= annees.annee and demandees.annee_apres = apres.annee
            and demandees.uai is not distinct from apres.uai and demandees.portee = apres.portee
            and demandees.groupe = apres.groupe and demandees.indicateur = apres.indicateur
),

-- Counts that can be compared.
comptes as (
    select
        *,
        if(empechement is null, numerateur_avant, null) as k0,
        if(empechement is null, denominateur_avant, null) as n0,
        if(empechement is null, numerateur_apres, null) as k1,
        if(empechement is null, denominateur_apres, null) as n1
    from comparees
),

ecarts as (
    select
        *,
        part(k1, n1) - part(k0, n0) as ecart,
        newcombe_bas(k1, n1, k0, n0) as ecart_bas,
        newcombe_haut(k1, n1, k0, n0) as ecart_haut
    from comptes
)

select
    ecarts.annee,
    ecarts.uai,
    ecarts.recommandation,
    ecarts.acteur,
    ecarts.echeance,
    ecarts.echelon,
    ecarts.portee,
    ecarts.groupe,
    ecarts.indicateur,
    nom_du_vise(ecarts.uai, ecarts.portee, vises.vise) || coalesce(' : ' || connus.mesure, '') as objectif,
    ecarts.annee_avant,
    ecarts.annee_apres,
    ecarts.numerateur_avant,
    ecarts.denominateur_avant,
    part(ecarts.numerateur_avant, ecarts.denominateur_avant) as valeur_avant,
    ecarts.fiabilite_avant,
    ecarts.numerateur_apres,
    ecarts.denominateur_apres,
    part(ecarts.numerateur_apres, ecarts.denominateur_apres) as valeur_apres,
    ecarts.fiabilite_apres,
    ecarts.ecart,
    ecarts.ecart_bas,
    ecarts.ecart_haut,
    case
        when not ecarts.est_demande then 'non cherché'
        when ecarts.est_a_venir then 'à venir'
        when ecarts.ecart_bas > 0 or ecarts.ecart_haut < 0 then 'mesuré'
        else 'non établi'
    end as effet,
    case
        when ecarts.ecart_bas > 0 then 'hausse'
        when ecarts.ecart_haut < 0 then 'baisse'
    end as sens_de_l_ecart,
    case
        when not ecarts.est_demande and ecarts.annee_apres is not null then 'mesuré pour tout le groupe seulement'
        when not ecarts.est_demande or ecarts.est_a_venir or sens_de_l_ecart is not null then null
        else coalesce(ecarts.empechement, 'l''intervalle contient 0')
    end as pourquoi
from ecarts
inner join core.groupes_vises as vises on ecarts.portee = vises.portee and ecarts.groupe = vises.groupe
left join ref.indicateurs_connus as connus on ecarts.indicateur = connus.indicateur
order by ecarts.annee, ecarts.uai nulls first, ecarts.recommandation, ecarts.portee, ecarts.groupe
