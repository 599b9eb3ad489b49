/*
---
description: >-
  Une ligne par année publiée, groupe et indicateur d'un objectif ou d'une action : pour tout le groupe (uai vide), puis
  pour chaque structure qui en a ; des ruptures nettes, ce qu'elles coûtent.
descriptions:
  uai: "UAI de la structure ; vide pour tout le groupe."
  numerateur: "Ce que l'indicateur compte : des ruptures nettes, ou le numérateur d'indicateurs.csv ; vide sans mesure."
  denominateur: "Ce à quoi il le rapporte : l'effectif, ou le dénominateur d'indicateurs.csv ; vide sans mesure."
controles:
  - unique: [annee, uai, portee, groupe, indicateur]
  - non_nul: [annee, portee, groupe, indicateur]
---
*/
with

vises as (
    select portee, groupe, indicateur
    from ref.objectifs
    union
    select portee, groupe, indicateur
    from ref.actions
    where indicateur is not null
    union
    -- Whom an action is for, even where nothing is measured of it.
    select portee, groupe, 'taux_rupture_nette'
    from ref.actions
),

-- What follow-ups are measured on is small: the apprentices of a year by structure and diploma. Nobody where nothing is
-- aimed at.
comptes as (
    select
        inscriptions.annee,
        inscriptions.uai,
        inscriptions.code_diplome,
        inscriptions.type_diplome,
        inscriptions.filiere,
        count(*) filter (where inscriptions.statut = 'rupture_nette') as numerateur,
        count(*) filter (where inscriptions.statut in ('actif', 'rupture_nette')) as denominateur,
        count(couts.perte_annee) as ruptures_chiffrees,
        sum(couts.perte_annee) as perte_annee
    from core.inscriptions as inscriptions
    left join core.couts as couts
        on inscriptions.annee = couts.annee and inscriptions.id_contrat = couts.id_contrat
    where exists (from vises)
    group by all
),

par_groupe as (
    select
        annee,
        uai,
        numerateur,
        denominateur,
        ruptures_chiffrees,
        perte_annee,
        unnest([
            { 'portee': 'reseau', 'groupe': 'Réseau' },
            { 'portee': 'type_diplome', 'groupe': type_diplome },
            { 'portee': 'filiere', 'groupe': filiere },
            { 'portee': 'diplome', 'groupe': code_diplome },
            { 'portee': 'cfa', 'groupe': uai }
        ], recursive := true)
    from comptes
),

des_exports as (
    select
        par_groupe.annee,
        par_groupe.uai,
        vises.portee,
        vises.groupe,
        vises.indicateur,
        sum(par_groupe.numerateur)::bigint as numerateur,
        sum(par_groupe.denominateur)::bigint as denominateur,
        sum(par_groupe.ruptures_chiffrees)::bigint as ruptures_chiffrees,
        sum(par_groupe.perte_annee)::decimal(18, 2) as perte_annee
    from par_groupe
    inner join vises on par_groupe.portee = vises.portee and par_groupe.groupe = vises.groupe
    where vises.indicateur = 'taux_rupture_nette'
    group by
        grouping sets (
            (par_groupe.annee, vises.portee, vises.groupe, vises.indicateur),
            (par_groupe.annee, par_groupe.uai, vises.portee, vises.groupe, vises.indicateur)
        )
    having sum(par_groupe.denominateur) > 0
),

-- Those that the exports do not have are of the whole group: of a CFA, of that CFA too.
donnes as (
    select *, unnest(if(portee = 'cfa', [null, groupe], [null])) as uai
    from ref.indicateurs
),

mesures as (
    select annee, uai, portee, groupe, indicateur, numerateur, denominateur, ruptures_chiffrees, perte_annee
    from des_exports
    union all
    select
        donnes.annee, donnes.uai, donnes.portee, donnes.groupe, donnes.indicateur, donnes.numerateur::bigint,
        donnes.denominateur::bigint, null, null
    from donnes
    semi join vises on
        donnes.portee = vises.portee and donnes.groupe = vises.groupe and donnes.indicateur = vises.indicateur
),

-- Every published year of what is measured in one, and of every whole group.
suivies as (
    select uai, portee, groupe, indicateur
    from mesures
    where uai is not null
    union
    select null, portee, groupe, indicateur
    from vises
)

select
    annees.annee,
    suivies.uai,
    suivies.portee,
    suivies.groupe,
    suivies.indicateur,
    if(suivies.indicateur = 'taux_rupture_nette', coalesce(mesures.numerateur, 0), mesures.numerateur) as numerateur,
    if(suivies.indicateur = 'taux_rupture_nette', coalesce(mesures.denominateur, 0), mesures.denominateur)
        as denominateur,
    if(suivies.indicateur = 'taux_rupture_nette', coalesce(mesures.ruptures_chiffrees, 0), null) as ruptures_chiffrees,
    mesures.perte_annee
from suivies
cross join core.annees as annees
left join mesures
    on
        annees.annee = mesures.annee and suivies.uai is not distinct from mesures.uai
        and suivies.portee = mesures.portee and suivies.groupe = mesures.groupe
        and suivies.indicateur = mesures.indicateur
order by all
