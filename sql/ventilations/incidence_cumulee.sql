/*
---
titre: Contrats rompus au fil des mois
description: >-
  Part des contrats commencés dans l'année rompus avant 1, 3, 6, 9 et 12 mois (puis 18 et 24), tous types de diplôme
  ensemble puis chacun, qu'un autre contrat suive ou non.
section: calendrier
ordre: 30
cle: [type_diplome, mois_depuis_debut]
colonnes:
  [type_diplome, mois_depuis_debut: {format: entier}, a_risque, ruptures, sortis_a_terme: Venus à terme dans le mois,
  part_du_mois, incidence, incidence_basse, incidence_haute]
descriptions:
  type_diplome: Type du diplôme préparé ; « Ensemble » pour tous les contrats, de quelque type que ce soit.
  mois_depuis_debut: Nombre de mois pleins depuis le début du contrat, au début du mois que décrit la ligne, à partir de
    0.
  sortis_a_terme: Nombre de contrats suivis venus à leur terme dans ce mois.
  fiabilite: "Ce que vaut l'incidence : fragile (de 20 à 49 contrats suivis dans le mois), solide (50 et plus)."
hors_total: "Contrats commencés dans l'année, et non ruptures de l'année. Incidence cumulée d'Aalen et Johansen : un
  contrat venu à terme ne peut plus être rompu. Un mois, ou un type, de moins de 20 contrats suivis n'est pas donné"
sans_ligne: "Moins de 20 contrats commencés dans l'année et suivis un mois au moins, quel que soit le type de diplôme"
controles:
  - non_nul: [a_risque, ruptures, sortis_a_terme, incidence]
  - entre: {colonne: incidence, min: 0, max: 1}
  - expression: incidence >= incidence_avant
  - expression: coalesce(incidence_basse <= incidence and incidence <= incidence_haute, incidence in (0, 1))
  - expression: fiabilite_de_l_effectif(a_risque) != 'non_significatif'
  - expression: ruptures + sortis_a_terme <= a_risque
---
*/
with
-- In full months, the last day of the exports included.
contrats as (
    select
        annees.annee,
        diplomes.type_diplome,
        contrats.date_rupture is not null as est_rompu,
        date_sub('month', contrats.date_debut, contrats.date_fin) as mois_de_fin,
        date_sub('month', contrats.date_debut, annees.derniere_date + 1) as mois_connus
    from core.contrats as contrats
    inner join core.annees as annees on contrats.date_debut between annees.debut and annees.fin_annee
    inner join core.diplomes as diplomes on contrats.code_diplome = diplomes.code_diplome
    where not contrats.jamais_commence
),

-- A contract leaves in the month of its end, or after the last month that the exports know whole.
par_type as (
    select
        annee,
        type_diplome,
        least(mois_de_fin, mois_connus - 1) as mois_depuis_debut,
        count(*) as sortis,
        count(*) filter (where mois_de_fin < mois_connus and est_rompu) as ruptures,
        count(*) filter (where mois_de_fin < mois_connus and not est_rompu) as sortis_a_terme
    from contrats
    where mois_connus > 0
    group by annee, type_diplome, least(mois_de_fin, mois_connus - 1)
),

avec_ensemble as (
    select * replace (unnest([type_diplome, 'Ensemble']) as type_diplome)
    from par_type
),

sorties as (
    select
        annee,
        type_diplome,
        mois_depuis_debut,
        sum(sortis)::bigint as sortis,
        sum(ruptures)::bigint as ruptures,
        sum(sortis_a_terme)::bigint as sortis_a_terme
    from avec_ensemble
    group by annee, type_diplome, mois_depuis_debut
),

calendrier as (
    select annee, type_diplome, unnest(range(max(mois_depuis_debut) + 1)) as mois_depuis_debut
    from sorties
    group by annee, type_diplome
),

mois as (
    select
        calendrier.annee,
        calendrier.type_diplome,
        calendrier.mois_depuis_debut,
        sum(sorties.sortis) over (
            partition by calendrier.annee, calendrier.type_diplome order by calendrier.mois_depuis_debut desc
        )::bigint as a_risque,
        coalesce(sorties.ruptures, 0) as ruptures,
        coalesce(sorties.sortis_a_terme, 0) as sortis_a_terme
    from calendrier
    left join sorties using (annee, type_diplome, mois_depuis_debut)
),

-- Putter et al., Stat. Med. 2007: the share still under contract before the month, times the risk of a rupture in it.
restants as (
    select
        *,
        coalesce(product(1 - (ruptures + sortis_a_terme) / a_risque) over (
            partition by annee, type_diplome
            order by mois_depuis_debut
            rows between unbounded preceding and 1 preceding
        ), 1) as part_restante
    from mois
),

sommes as (
    select
        *,
        sum(part_restante * ruptures / a_risque) over (
            partition by annee, type_diplome order by mois_depuis_debut
        ) as somme
    from restants
),

-- A sum of fractions may pass 1, or fall from one month to the next, by a rounding.
incidences as (
    select
        *,
        a_risque - ruptures - sortis_a_terme as restent,
        least(1, max(somme) over (partition by annee, type_diplome order by mois_depuis_debut)) as incidence
    from sommes
),

-- Marubini & Valsecchi 1995, §10.2, binomial hazards: Greenwood's without terms, F(1 - F)/N without censoring.
variances as (
    select
        fins.annee,
        fins.type_diplome,
        fins.mois_depuis_debut,
        sum(
            (fins.incidence - mois.incidence) ** 2
            * coalesce(part((mois.ruptures + mois.sortis_a_terme) / mois.a_risque, mois.restent), 0)
            + mois.part_restante ** 2 * mois.ruptures * (mois.a_risque - mois.ruptures) / mois.a_risque ** 3
            - 2 * (fins.incidence - mois.incidence) * mois.part_restante * mois.ruptures / mois.a_risque ** 2
            order by mois.mois_depuis_debut
        ) as variance
    from incidences as fins
    inner join incidences as mois
        on
            fins.annee = mois.annee and fins.type_diplome = mois.type_diplome
            and fins.mois_depuis_debut >= mois.mois_depuis_debut
    group by fins.annee, fins.type_diplome, fins.mois_depuis_debut
)

select
    annee, type_diplome, mois_depuis_debut, a_risque, ruptures, sortis_a_terme,
    part(ruptures, a_risque) as part_du_mois,
    lag(incidence, 1, 0) over (partition by annee, type_diplome order by mois_depuis_debut) as incidence_avant,
    incidence,
    borne_d_incidence(incidence, variance, -1) as incidence_basse,
    borne_d_incidence(incidence, variance, 1) as incidence_haute,
    fiabilite_de_l_effectif(a_risque) as fiabilite
from incidences
inner join variances using (annee, type_diplome, mois_depuis_debut)
qualify fiabilite_de_l_effectif(a_risque) != 'non_significatif'
order by annee, type_diplome != 'Ensemble', alphabetique(type_diplome), mois_depuis_debut
