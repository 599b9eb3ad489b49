/*
---
titre: Un réseau, plusieurs mesures
description: Le taux de ce rapport et les autres mesures en usage, sur les mêmes contrats.
section: definitions
ordre: 10
place: annexe
cle: [indicateur, annee_cohorte]
colonnes: [indicateur, annee_cohorte, numerateur, denominateur, valeur]
unite_a_part:
  selon: indicateur
  vaut: pour_1000_mois
  colonnes:
    denominateur: {libelle: Mois de contrat, autres: entier}
    valeur: {libelle: Pour 1 000 mois de contrat, autres: taux}
hors_total: "Chaque mesure porte sur tout le réseau, avec sa propre population : les lignes ne s'additionnent pas"
controles:
  - non_nul: valeur
  - entre: {colonne: valeur, min: 0}
  - expression: indicateur in ('bibb_lq', 'pour_1000_mois') or valeur <= 1
  - expression: (indicateur = 'bibb_lq') = (numerateur is null and denominateur is null)
  - expression: denominateur is null or denominateur > 0
  - valeurs: {indicateur: [taux_rupture_nette, taux_nette_hors_diplome, taux_nette_31_juillet, taux_nette_1er_septembre,
      taux_nette_tous_sortants, taux_brut_annee, dares_brut_3m, dares_brut_6m, dares_brut_9m, dares_net_9m_6m, bibb_lq,
      pour_1000_mois]}
---
*/
with totaux as (
    select * from core.ruptures_nettes_par_annee
),

fins_de_diplome as (
    select annee, count(*) as ruptures_nettes
    from core.inscriptions
    where statut = 'rupture_nette' and fin_diplome
    group by annee
),

apprentis_rompus as (
    select annee, count(distinct id_apprenti) as apprentis
    from core.ruptures_brutes
    group by annee
),

dans_l_annee as (
    select
        totaux.annee,
        unnest([
            {
                'indicateur': 'taux_rupture_nette',
                'numerateur': totaux.ruptures_nettes,
                'denominateur': totaux.effectif
            },
            {
                'indicateur': 'taux_nette_hors_diplome',
                'numerateur': totaux.ruptures_nettes - coalesce(fins_de_diplome.ruptures_nettes, 0),
                'denominateur': totaux.effectif - coalesce(fins_de_diplome.ruptures_nettes, 0)
            },
            {
                'indicateur': 'taux_nette_tous_sortants',
                'numerateur': totaux.ruptures_nettes,
                'denominateur': totaux.effectif + totaux.sortis_a_terme
            },
            {
                'indicateur': 'taux_brut_annee',
                'numerateur': coalesce(apprentis_rompus.apprentis, 0),
                'denominateur': totaux.effectif + totaux.sortis_a_terme
            }
        ], recursive := true)
    from totaux
    left join fins_de_diplome using (annee)
    left join apprentis_rompus using (annee)
),

-- Four windows, all of them over; one quotient a year of start, added in a fixed order.
quotients_de_rupture as (
    select
        cohortes.annee,
        max(part(cohortes.rompus_dans_annee, cohortes.contrats_commences)) filter (where cohortes.age_cohorte = 0)
        + max(part(cohortes.rompus_dans_annee, cohortes.contrats_commences)) filter (where cohortes.age_cohorte = 1)
        + max(part(cohortes.rompus_dans_annee, cohortes.contrats_commences)) filter (where cohortes.age_cohorte = 2)
        + max(part(cohortes.rompus_dans_annee, cohortes.contrats_commences)) filter (where cohortes.age_cohorte = 3)
            as valeur
    from core.cohortes as cohortes
    inner join core.annees as annees on cohortes.annee = annees.annee
    where not annees.provisoire
    group by cohortes.annee
),

mesures as (
    select
        annee, annee as annee_cohorte, indicateur, numerateur, denominateur::double as denominateur,
        part(numerateur, denominateur) as valeur
    from dans_l_annee
    union all
    select annee, annee as annee_cohorte, indicateur, ruptures_nettes, effectif::double, part(ruptures_nettes, effectif)
    from core.autres_fins
    union all
    select
        annee, annee_cohorte, indicateur, sum(rompus)::bigint as numerateur, sum(echus)::double as denominateur,
        part(sum(rompus), sum(echus)) as valeur
    from core.horizons
    group by annee, annee_cohorte, indicateur
    union all
    select annee, annee as annee_cohorte, 'bibb_lq', null, null, valeur
    from quotients_de_rupture
    union all
    -- A month is 365.25 / 12 days.
    select
        annee, annee as annee_cohorte, 'pour_1000_mois', totaux.ruptures_brutes, durees.jours_sous_contrat / 30.4375,
        part(1000 * totaux.ruptures_brutes, durees.jours_sous_contrat / 30.4375)
    from core.durees as durees
    inner join totaux using (annee)
)

-- A denominator of 0, or fewer than four windows, gives no value.
select * from mesures
where valeur is not null
order by
    annee,
    list_position(
        [
            'taux_rupture_nette', 'taux_nette_hors_diplome', 'taux_nette_31_juillet', 'taux_nette_1er_septembre',
            'taux_nette_tous_sortants', 'taux_brut_annee', 'dares_brut_3m', 'dares_brut_6m', 'dares_brut_9m',
            'dares_net_9m_6m', 'bibb_lq', 'pour_1000_mois'
        ],
        indicateur
    ),
    annee_cohorte
