/*
---
titre: Les chiffres nationaux, et ceux du réseau
description: >-
  Chaque chiffre publié à côté de la mesure de même définition dans le réseau, sur les mêmes types de diplôme s'il n'en
  réunit que quelques-uns ; l'intervalle est celui du réseau.
section: definitions
ordre: 16
place: annexe
cle: [indicateur, perimetre, cohorte]
colonnes: [
  mesure, perimetre, cohorte, valeur_nationale, annee_cohorte: Réseau,
  numerateur: {libelle: Rompus, lecture: "dans le réseau {} contrat rompu|dans le réseau {} contrats rompus"},
  denominateur: {libelle: Contrats, format: entier, lecture: "sur {}"},
  valeur: {libelle: Part, format: taux}, valeur_basse, valeur_haute]
descriptions:
  annee_cohorte: "Année de début des contrats du réseau : la dernière que l'année permet de juger."
  numerateur: "Nombre de ces contrats du réseau que compte l'indicateur."
  denominateur: "Nombre de ces contrats du réseau."
  valeur: "numerateur / denominateur, en fraction de 1."
  fiabilite: "Ce que vaut la part : non_significatif (moins de 20 contrats), fragile (de 20 à 49), solide (50 et plus)."
hors_total: Chaque ligne a sa propre population
sans_ligne: "Aucun chiffre national : reperes_nationaux.csv n'en donne pas de la définition des mesures suivies ici"
controles: [{entre: {colonne: valeur, min: 0, max: 1}}, {entre: {colonne: valeur_nationale, min: 0, max: 1}}]
---
*/
with nationaux as (
    select
        *, renseigne(perimetre) as champ, renseigne(cohorte) as debuts,
        [sans_casse(trim(nom)) for nom in string_split(types_diplome, '|')] as types
    from ref.reperes_nationaux
),

-- The latest cohort of which some contracts have had the time.
comptes as (
    select
        horizons.annee, horizons.annee_cohorte, nationaux.indicateur, nationaux.champ as perimetre,
        nationaux.debuts as cohorte, any_value(nationaux.types_diplome) as types_diplome,
        (any_value(nationaux.pourcentage) * 0.01)::double as valeur_nationale,
        any_value('d''après ' || nationaux.publication || ', ' || nationaux.annee_publication) as source_nationale,
        sum(horizons.rompus)::bigint as numerateur, sum(horizons.echus)::bigint as denominateur
    from nationaux
    inner join core.horizons as horizons
        on
            nationaux.indicateur = horizons.indicateur
            and coalesce(list_contains(nationaux.types, sans_casse(horizons.type_diplome)), true)
    where nationaux.pourcentage is not null
    group by horizons.annee, horizons.annee_cohorte, nationaux.indicateur, nationaux.champ, nationaux.debuts
    qualify
        row_number() over (
            partition by horizons.annee, nationaux.indicateur, nationaux.champ, nationaux.debuts
            order by horizons.annee_cohorte desc
        ) = 1
)

select
    *,
    if(
        indicateur = 'dares_net_9m_6m', 'Rompus avant 9 mois, sans autre contrat dans les 6 mois',
        'Rompus avant ' || regexp_extract(indicateur, '[0-9]+') || ' mois'
    ) as mesure,
    part(numerateur, denominateur) as valeur,
    wilson_bas(numerateur, denominateur) as valeur_basse,
    wilson_haut(numerateur, denominateur) as valeur_haute,
    fiabilite_de_l_effectif(denominateur) as fiabilite
from comptes
order by annee, indicateur, cohorte, perimetre != 'Ensemble', alphabetique(perimetre)
