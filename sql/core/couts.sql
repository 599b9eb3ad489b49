/*
---
description: >-
  Une ligne par année et rupture nette, avec ce que le CFA ne recevra pas selon la règle du rapport et selon deux autres
  hypothèses (définitions §6).
controles:
  - unique: [id_contrat]
  - non_nul: [annee, id_contrat, uai, structure, filiere, periode, chiffrage]
  - valeurs: {chiffrage: [chiffre, sans_npec, sans_date]}
  - expression: (chiffrage = 'chiffre') = (perte_annee is not null and perte_totale is not null)
  - expression: (perte_annee is null) = (perte_annee_jour_compris is null and perte_annee_maintien is null)
  - expression: (perte_totale is null) = (perte_totale_jour_compris is null and perte_totale_maintien is null)
  - expression: chiffrage != 'chiffre' or (0 <= perte_annee and perte_annee <= perte_totale)
  - expression: chiffrage != 'chiffre' or perte_annee_jour_compris between 0 and perte_annee
  - expression: chiffrage != 'chiffre' or perte_totale_jour_compris between 0 and perte_totale
  - expression: chiffrage != 'chiffre' or perte_annee_maintien between 0 and perte_annee
  - expression: chiffrage != 'chiffre' or perte_totale_maintien between 0 and perte_totale
---
*/
with

ruptures as (
    select
        inscriptions.annee,
        inscriptions.id_contrat,
        inscriptions.uai,
        inscriptions.structure,
        inscriptions.filiere,
        inscriptions.periode,
        contrats.date_debut,
        contrats.date_rupture,
        contrats.jour_inconnu,
        coalesce(contrats.dateconclusion, contrats.date_debut) as date_convenue,
        contrats.date_fin_prevue,
        least(contrats.date_fin_prevue, annees.fin_annee) as fin_dans_annee,
        contrats.code_diplome,
        contrats.codediplome,
        contrats.npecannuel
    from core.inscriptions as inscriptions
    inner join core.annees as annees on inscriptions.annee = annees.annee
    inner join core.contrats as contrats on inscriptions.id_contrat = contrats.id_contrat
    where inscriptions.statut = 'rupture_nette'
),

-- A tariff may name a diploma by a code that another has replaced.
npec as (
    select
        npec.*,
        coalesce(par_code.code_diplome, npec.code_diplome) as code_actuel
    from ref.npec as npec
    left join ref.diplomes_par_code as par_code on npec.code_diplome = par_code.code
),

-- Of the periods of one diploma: the code of the contract first, then the latest that has begun, then the greatest
-- amount.
tarifs as (
    select
        ruptures.id_contrat,
        arg_max(
            npec.npec_annuel,
            (
                ruptures.codediplome = npec.code_diplome,
                coalesce(npec.debut, date '0001-01-01'),
                npec.npec_annuel
            )
        ) as npec_annuel
    from ruptures
    inner join npec
        on
            ruptures.code_diplome = npec.code_actuel
            and ruptures.date_convenue >= coalesce(npec.debut, date '0001-01-01')
            and ruptures.date_convenue <= coalesce(npec.fin, date '9999-12-31')
    where ruptures.npecannuel is null
    group by ruptures.id_contrat
),

-- Training at a distance lessens the support where the rules of the day of conclusion say so (definitions §6); a share
-- that nobody tells lessens nothing.
minorations as (
    select
        ruptures.id_contrat,
        regles.distance_minoration,
        regles.distance_plancher
    from ruptures
    inner join core.regles_en_vigueur as regles on ruptures.date_convenue between regles.debut and regles.fin
    inner join ref.diplomes as diplomes on ruptures.code_diplome = diplomes.code_diplome
    where diplomes.part_distance >= regles.distance_seuil
),

-- An amount is never guessed, nor a day: whatever lacks one is counted apart. Six months of training kept up begin on
-- the day of the rupture and end on the eve of its day of the month, six months later (ADR 0001, reading 43).
montants as (
    select
        ruptures.*,
        fin_des_six_mois(ruptures.date_rupture) as fin_maintien,
        minorations.id_contrat is not null as est_minoree,
        coalesce(ruptures.npecannuel, tarifs.npec_annuel) as npec_entier,
        if(
            est_minoree,
            minore(npec_entier, minorations.distance_minoration, minorations.distance_plancher),
            npec_entier
        ) as npec_retenu,
        case
            when ruptures.jour_inconnu then 'sans_date'
            when npec_entier is null then 'sans_npec'
            else 'chiffre'
        end as chiffrage
    from ruptures
    left join tarifs on ruptures.id_contrat = tarifs.id_contrat
    left join minorations on ruptures.id_contrat = minorations.id_contrat
),

-- Last day under contract: the eve of the rupture; in the other hypotheses, its day, or the last of the six months: a
-- month begun by then is due like any other, and nothing is after the end.
dus as (
    select
        *,
        du(date_convenue, date_debut, date_rupture - 1) as du_a_la_rupture,
        du(date_convenue, date_debut, date_rupture) as du_jour_compris,
        du(date_convenue, date_debut, least(fin_maintien, fin_dans_annee)) as du_maintien_dans_annee,
        du(date_convenue, date_debut, least(fin_maintien, date_fin_prevue)) as du_maintien_au_terme,
        du(date_convenue, date_debut, fin_dans_annee) as du_dans_annee,
        du(date_convenue, date_debut, date_fin_prevue) as du_au_terme
    from montants
),

pertes as (
    select
        *,
        au_centime(npec_retenu, du_dans_annee - du_a_la_rupture) as perte_annee,
        au_centime(npec_retenu, du_au_terme - du_a_la_rupture) as perte_totale,
        au_centime(npec_retenu, du_dans_annee - du_jour_compris) as perte_annee_jour_compris,
        au_centime(npec_retenu, du_au_terme - du_jour_compris) as perte_totale_jour_compris,
        au_centime(npec_retenu, du_dans_annee - du_maintien_dans_annee) as perte_annee_maintien,
        au_centime(npec_retenu, du_au_terme - du_maintien_au_terme) as perte_totale_maintien
    from dus
),

final as (
    select
        annee,
        id_contrat,
        uai,
        structure,
        filiere,
        periode,
        date_convenue,
        npec_retenu,
        est_minoree,
        chiffrage,
        if(chiffrage = 'chiffre', perte_annee, null) as perte_annee,
        if(chiffrage = 'chiffre', perte_totale, null) as perte_totale,
        if(chiffrage = 'chiffre', perte_annee_jour_compris, null) as perte_annee_jour_compris,
        if(chiffrage = 'chiffre', perte_totale_jour_compris, null) as perte_totale_jour_compris,
        if(chiffrage = 'chiffre', perte_annee_maintien, null) as perte_annee_maintien,
        if(chiffrage = 'chiffre', perte_totale_maintien, null) as perte_totale_maintien
    from pertes
)

select * from final
order by annee, id_contrat
