/*
---
description: Une ligne par année et rupture nette, avec ce que le CFA ne recevra pas (définitions §6).
controles:
  - unique: [id_contrat]
  - non_nul: [annee, id_contrat, uai, structure, chiffrage]
  - valeurs: {chiffrage: [chiffre, sans_npec, sans_date]}
  - expression: (chiffrage = 'chiffre') = (perte_annee is not null and perte_totale is not null)
  - expression: chiffrage != 'chiffre' or (0 <= perte_annee and perte_annee <= perte_totale)
---
*/
with

ruptures as (
    select
        statuts.annee,
        statuts.id_contrat,
        contrats.uai,
        contrats.structure,
        contrats.date_debut,
        contrats.date_rupture,
        contrats.jour_inconnu,
        coalesce(contrats.dateconclusion, contrats.date_debut) as date_convenue,
        contrats.date_fin_prevue,
        least(contrats.date_fin_prevue, annees.fin_annee) as fin_dans_annee,
        contrats.codediplome,
        contrats.npecannuel
    from core.statuts as statuts
    inner join core.annees as annees on statuts.annee = annees.annee
    inner join core.contrats as contrats on statuts.id_contrat = contrats.id_contrat
    where statuts.statut = 'rupture_nette'
),

-- Periods of one diploma may overlap: the latest that has begun, then the greatest amount.
tarifs as (
    select
        ruptures.id_contrat,
        arg_max(npec.npec_annuel, (coalesce(npec.debut, date '0001-01-01'), npec.npec_annuel)) as npec_annuel
    from ruptures
    inner join ref.npec as npec
        on
            ruptures.codediplome = npec.code_diplome
            and ruptures.date_convenue >= coalesce(npec.debut, date '0001-01-01')
            and ruptures.date_convenue <= coalesce(npec.fin, date '9999-12-31')
    where ruptures.npecannuel is null
    group by ruptures.id_contrat
),

-- An amount is never guessed, nor a day: whatever lacks one is counted apart.
montants as (
    select
        ruptures.*,
        coalesce(ruptures.npecannuel, tarifs.npec_annuel) as npec_retenu,
        case
            when ruptures.jour_inconnu then 'sans_date'
            when coalesce(ruptures.npecannuel, tarifs.npec_annuel) is null then 'sans_npec'
            else 'chiffre'
        end as chiffrage
    from ruptures
    left join tarifs on ruptures.id_contrat = tarifs.id_contrat
),

-- Last day under contract: the eve of the rupture.
dus as (
    select
        *,
        if(
            date_convenue < date '2025-07-01',
            du_par_mois(date_debut, date_rupture - 1),
            du_par_jour(date_debut, date_rupture - 1)
        ) as du_a_la_rupture,
        if(
            date_convenue < date '2025-07-01',
            du_par_mois(date_debut, fin_dans_annee),
            du_par_jour(date_debut, fin_dans_annee)
        ) as du_dans_annee,
        if(
            date_convenue < date '2025-07-01',
            du_par_mois(date_debut, date_fin_prevue),
            du_par_jour(date_debut, date_fin_prevue)
        ) as du_au_terme
    from montants
),

final as (
    select
        annee,
        id_contrat,
        uai,
        structure,
        date_convenue,
        npec_retenu,
        chiffrage,
        if(chiffrage = 'chiffre', au_centime(npec_retenu, du_dans_annee - du_a_la_rupture), null) as perte_annee,
        if(chiffrage = 'chiffre', au_centime(npec_retenu, du_au_terme - du_a_la_rupture), null) as perte_totale
    from dus
)

select * from final
order by annee, id_contrat
