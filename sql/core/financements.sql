/*
---
description: >-
  Une ligne par année et rupture nette d'un contrat conclu sous les règles de regles_financement.csv, avec ce que
  l'employeur et le financeur en doivent, ce qui était versé, ce qui est à rendre (définitions §6).
descriptions:
  chiffrage: "Ce qui est su des montants : chiffre, sans_npec, sans_date (comme core.couts) ou sans_niveau (celui du
    diplôme n'est pas connu)."
controles:
  - unique: [id_contrat]
  - non_nul: [annee, id_contrat, uai, structure, chiffrage, est_reprise, est_minoree, est_distance_connue]
  - valeurs: {chiffrage: [chiffre, sans_npec, sans_date, sans_niveau]}
  - expression: (chiffrage = 'chiffre') = (participation is not null and verse is not null)
  - expression: chiffrage != 'chiffre' or least(participation, acquis, du_financeur, verse, a_verser, a_rembourser) >= 0
  - expression: chiffrage != 'chiffre' or du_financeur - verse = a_verser - a_rembourser
  - expression: chiffrage != 'chiffre' or a_verser = 0 or a_rembourser = 0
---
*/
with

contrats as (
    select
        couts.annee,
        couts.id_contrat,
        couts.uai,
        couts.structure,
        couts.date_convenue,
        couts.npec_retenu,
        couts.est_minoree,
        contrats.id_apprenti,
        contrats.date_debut,
        contrats.date_fin_prevue,
        contrats.date_rupture,
        contrats.code_diplome,
        contrats.siretemployeur,
        contrats.typecontrat,
        diplomes.part_distance is not null as est_distance_connue,
        try_cast(regexp_extract(diplomes.niveau, '[1-8]') as integer) as niveau,
        if(
            couts.chiffrage = 'chiffre' and regexp_extract(coalesce(diplomes.niveau, ''), '[1-8]') = '',
            'sans_niveau', couts.chiffrage
        ) as chiffrage,
        contrats.date_rupture < contrats.date_debut + to_months(parametres.essai_mois) as est_a_l_essai,
        regles.* exclude (debut, fin)
    from core.couts as couts
    inner join core.contrats as contrats on couts.id_contrat = contrats.id_contrat
    inner join core.regles_en_vigueur as regles on couts.date_convenue between regles.debut and regles.fin
    cross join ref.parametres as parametres
    left join ref.diplomes as diplomes on contrats.code_diplome = diplomes.code_diplome
),

-- The contract follows one of the same diploma that was broken with another employer. Of a contract that is said to
-- follow a broken one (type 23), no more is asked than that the exports do not show the same employer.
precedents as (
    select
        contrats.id_contrat,
        bool_or(autres.siretemployeur != contrats.siretemployeur) as est_chez_un_autre,
        bool_or(autres.siretemployeur = contrats.siretemployeur) as est_chez_le_meme
    from contrats
    inner join core.contrats as autres
        on
            contrats.id_apprenti = autres.id_apprenti
            and contrats.code_diplome = autres.code_diplome
            and contrats.id_contrat != autres.id_contrat
    where not autres.jamais_commence and autres.date_rupture <= contrats.date_debut
    group by contrats.id_contrat
),

-- Each year of execution, then each of its payments whose day had come on the last day of the contract.
annees_d_execution as (
    select
        id_contrat,
        date_convenue,
        date_debut,
        date_fin_prevue,
        date_rupture,
        versements,
        unnest(range(1 + date_sub('year', date_debut, date_rupture - 1)))::integer as rang
    from contrats
    where chiffrage = 'chiffre'
),

versements as (
    select
        id_contrat,
        date_debut,
        date_rupture,
        rang,
        du(date_convenue, date_debut, least(date_fin_prevue, anniversaire(date_debut, rang + 1) - 1))
        - du(date_convenue, date_debut, anniversaire(date_debut, rang) - 1) as du_de_l_annee,
        unnest(versements, recursive := true)
    from annees_d_execution
),

verses as (
    select
        id_contrat,
        sum((100 * pourcent)::bigint * du_de_l_annee) as du_verse
    from versements
    where date_debut + to_months((12 * rang + delai_mois)::integer) <= date_rupture - 1
    group by id_contrat
),

-- Broken in the trial period, the employer owes a part of what is due of the contract, and never more than whole.
participations as (
    select
        contrats.*,
        verses.du_verse,
        coalesce(precedents.est_chez_un_autre, false)
        or (
            coalesce(contrats.typecontrat = '23', false) and not coalesce(precedents.est_chez_le_meme, false)
        ) as est_reprise,
        du(contrats.date_convenue, contrats.date_debut, contrats.date_rupture - 1) as du_a_la_rupture,
        case
            when contrats.niveau < contrats.participation_niveau then 0
            when est_reprise then contrats.participation_reprise
            else contrats.participation
        end as forfait
    from contrats
    left join precedents on contrats.id_contrat = precedents.id_contrat
    left join verses on contrats.id_contrat = verses.id_contrat
),

montants as (
    select
        *,
        au_centime(npec_retenu, du_a_la_rupture) as acquis,
        if(
            est_a_l_essai,
            least(
                forfait, au_centime_pondere(npec_retenu, (100 * participation_essai)::bigint * du_a_la_rupture)
            ),
            forfait
        )::decimal(18, 2) as participation_due,
        -- Taken off the first payment, whole: whether it will be is not known yet.
        greatest(0, au_centime_pondere(npec_retenu, du_verse) - forfait)::decimal(18, 2) as verse_alors
    from participations
),

soldes as (
    select
        *,
        greatest(0, acquis - participation_due)::decimal(18, 2) as du_alors,
        coalesce(verse_alors, 0)::decimal(18, 2) as verse_net
    from montants
),

final as (
    select
        annee,
        id_contrat,
        uai,
        structure,
        chiffrage,
        est_reprise,
        est_minoree,
        est_distance_connue,
        sources,
        hypotheses,
        if(chiffrage = 'chiffre', acquis, null) as acquis,
        if(chiffrage = 'chiffre', participation_due, null) as participation,
        if(chiffrage = 'chiffre', du_alors, null) as du_financeur,
        if(chiffrage = 'chiffre', verse_net, null) as verse,
        if(chiffrage = 'chiffre', greatest(0, du_alors - verse_net), null)::decimal(18, 2) as a_verser,
        if(chiffrage = 'chiffre', greatest(0, verse_net - du_alors), null)::decimal(18, 2) as a_rembourser
    from soldes
)

select * from final
order by annee, id_contrat
