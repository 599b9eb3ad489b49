-- noqa: disable=AL03,LT02,ST07
-- What an analyst would write who trusts the exports: the tables of the project and its 13 breakdowns, nothing
-- validated, nothing rejected, nothing counted, nothing hidden. The export's folder is in the variable `dossier`:
--     duckdb base.duckdb -c "set variable dossier = 'DIR'" -f benchmarks/script_nu.sql
-- Clean data need less than the definitions say: an apprentice is an `idalternant`, deliveries of a row are copies of
-- one another, an avenant changes nothing but empty cells, every SIRET and diploma is in its referential.

set preserve_insertion_order = false;

create table lignes as
select *
from read_csv(
    getvariable('dossier') || '/contrats/*.csv',
    auto_detect = false,
    header = true,
    delim = ',',
    quote = '"',
    columns = {
        'nocontrat': 'varchar',
        'noavenant': 'varchar',
        'typecontrat': 'varchar',
        'statut': 'varchar',
        'dateconclusion': 'date',
        'datedebutcontrat': 'date',
        'datefincontrat': 'date',
        'dateeffetavenant': 'date',
        'dateeffetrupture': 'date',
        'datesignalementrupture': 'date',
        'rupture_avant_debut': 'boolean',
        'dispositif': 'varchar',
        'datesuppression': 'date',
        'drfc': 'varchar',
        'handicap': 'varchar',
        'idalternant': 'varchar',
        'nom': 'varchar',
        'prenom': 'varchar',
        'datenaissance': 'date',
        'sexe': 'varchar',
        'codediplome': 'varchar',
        'rncp': 'varchar',
        'intituleouqualification': 'varchar',
        'typediplome': 'varchar',
        'datedebutformation': 'date',
        'datefinformation': 'date',
        'derniereclasse': 'varchar',
        'situationavantcontrat': 'varchar',
        'uaicfa': 'varchar',
        'siret': 'varchar',
        'siretcfa': 'varchar',
        'siretemployeur': 'varchar',
        'denomination': 'varchar',
        'naf': 'varchar',
        'codeidcc': 'varchar',
        'nombredesalaries': 'integer',
        'typeemployeur': 'varchar',
        'employeurcodepostal': 'varchar',
        'adressecodepostal': 'varchar',
        'diplomeentree': 'varchar',
        'situation': 'varchar',
        'motifexprime': 'varchar',
        'motifvalide': 'varchar',
        'codemotifrupture': 'varchar',
        'npecannuel': 'decimal(12, 2)',
        'obtention_diplome_formation': 'varchar',
        'date_exclusion_formation': 'date'
    }
);

-- One row per contract: its last state, whose empty cells are those an avenant left blank.
create table contrats as
with

structures as (
    select
        etablissements.siret,
        etablissements.uai,
        etablissements.nom as structure,
        etablissements.type_structure,
        cfa.nom as cfa_rattachement
    from read_csv(getvariable('dossier') || '/referentiels/etablissements.csv', all_varchar = true) as etablissements
    inner join read_csv(getvariable('dossier') || '/referentiels/etablissements.csv', all_varchar = true) as cfa
        on etablissements.uai_cfa_rattachement = cfa.uai
),

entrees as (
    select
        source,
        libelle
    from read_csv(getvariable('dossier') || '/referentiels/diplomes_entree.csv', all_varchar = true)
),

etats as (
    select
        arg_max(rowid, coalesce(dateeffetavenant, date '0001-01-01')) as derniere_ligne,
        max(situation) as situation,
        max(naf) as naf,
        max(codeidcc) as codeidcc
    from lignes
    group by
        nocontrat,
        if(nocontrat is null, idalternant, null),
        if(nocontrat is null, datedebutcontrat, null),
        if(nocontrat is null, siretemployeur, null)
),

ruptures as (
    select
        lignes.*,
        lignes.rowid as id_contrat,
        etats.situation as situation_connue,
        etats.naf as naf_connu,
        etats.codeidcc as codeidcc_connu,
        coalesce(dateeffetrupture, if(statut = 'Rompu', datesignalementrupture, null)) as rupture_annoncee
    from lignes
    inner join etats on lignes.rowid = etats.derniere_ligne
)

select
    ruptures.* exclude (
        datedebutcontrat, datefincontrat, uaicfa, diplomeentree, situation, naf, codeidcc, situation_connue, naf_connu,
        codeidcc_connu, rupture_annoncee
    ),
    datedebutcontrat as date_debut,
    datefincontrat as date_fin_prevue,
    if(rupture_annoncee < datefincontrat, rupture_annoncee, null) as date_rupture,
    if(rupture_annoncee < datefincontrat, rupture_annoncee, datefincontrat) as date_fin,
    rupture_annoncee < datefincontrat and dateeffetrupture is null as jour_inconnu,
    coalesce(statut in ('Annulé', 'Supprimé'), false)
    or datesuppression is not null
    or coalesce(rupture_avant_debut, false)
    or coalesce(rupture_annoncee < datefincontrat and rupture_annoncee <= datedebutcontrat, false) as jamais_commence,
    structures.uai,
    structures.structure,
    structures.type_structure,
    structures.cfa_rattachement,
    coalesce(entrees.libelle, ruptures.diplomeentree) as diplomeentree,
    situation_connue as situation,
    naf_connu as naf,
    codeidcc_connu as codeidcc
from ruptures
inner join structures on ruptures.siret = structures.siret
left join entrees on ruptures.diplomeentree = entrees.source;

create table apprentis as
select
    idalternant,
    any_value(nom) as nom,
    any_value(prenom) as prenom,
    any_value(datenaissance) as datenaissance,
    any_value(sexe) as sexe,
    count(*) as contrats
from contrats
group by idalternant;

-- Whole windows after the earliest start and before the extraction date that the files' names carry.
create table annees as
with

rentrees as (
    select unnest(range(2000, 2060)) as an
),

fenetres as (
    select
        concat(an, '-', an + 1) as annee,
        make_date(an, 8, 16) as debut,
        make_date(an + 1, 8, 15) as fin_annee
    from rentrees
),

extraction as (
    select max(regexp_extract(file, '\d{4}-\d{2}-\d{2}'))::date as jour
    from glob(getvariable('dossier') || '/contrats/*.csv')
)

select
    *,
    annee = max(annee) over () as est_rapport
from fenetres
where
    debut > (select min(date_debut) from contrats)
    and fin_annee <= (select jour from extraction);

-- Under contract at the end of the year, else the contract that ended last (a term before a rupture).
create table statuts as
with

population as (
    select
        annees.annee,
        contrats.idalternant,
        contrats.id_contrat,
        contrats.date_rupture,
        contrats.date_debut,
        contrats.date_fin,
        annees.fin_annee <= contrats.date_fin_prevue
        and coalesce(contrats.date_rupture > annees.fin_annee, true) as en_cours
    from contrats
    inner join annees on contrats.date_debut <= annees.fin_annee and contrats.date_fin >= annees.debut
    where not contrats.jamais_commence
),

classes as (
    select
        annee,
        idalternant,
        {
            'id_contrat': id_contrat,
            'statut': case
                when en_cours then 'actif'
                when date_rupture is null then 'sorti_a_terme'
                else 'rupture_nette'
            end
        } as etat,
        (en_cours, if(en_cours, date_debut, date_fin), date_rupture is null, date_debut) as ordre
    from population
)

select
    annee,
    idalternant,
    arg_max(etat.id_contrat, ordre) as id_contrat,
    arg_max(etat.statut, ordre) as statut
from classes
group by annee, idalternant;

-- One row per year and apprentice, with what the breakdowns need of the contract that decided.
create table inscriptions as
with

diplomes as (
    select *
    from read_csv(getvariable('dossier') || '/referentiels/diplomes.csv', all_varchar = true)
),

situations as (
    select
        libelle,
        type_diplome,
        duree_mois::integer as duree_mois,
        annee_cycle::integer as annee_cycle
    from read_csv(getvariable('dossier') || '/referentiels/situations.csv', all_varchar = true)
),

references_annuelles as (
    select
        statuts.annee,
        statuts.statut,
        annees.est_rapport,
        contrats.*,
        diplomes.intitule as diplome,
        diplomes.type_diplome,
        diplomes.niveau,
        diplomes.filiere,
        1 + greatest(
            0,
            date_sub('year', datedebutformation, if(statuts.statut = 'rupture_nette', date_rupture, fin_annee))
        ) as annee_cycle,
        greatest(12, (date_sub('month', datedebutformation, datefinformation) + 6) // 12 * 12) as duree_cycle_mois
    from statuts
    inner join annees on statuts.annee = annees.annee
    inner join contrats on statuts.id_contrat = contrats.id_contrat
    inner join diplomes on contrats.codediplome = diplomes.code_diplome
)

select
    r.annee,
    r.idalternant,
    r.statut,
    r.id_contrat,
    r.date_debut,
    r.date_fin_prevue,
    r.date_rupture,
    r.uai,
    r.structure,
    r.type_structure,
    r.cfa_rattachement,
    r.codediplome as code_diplome,
    r.diplome,
    r.type_diplome,
    r.niveau,
    r.filiere,
    r.annee_cycle,
    r.duree_cycle_mois,
    coalesce(if(r.est_rapport, r.situation, null), situations.libelle, 'Non renseigné') as situation,
    coalesce(r.diplomeentree, 'Non renseigné') as diplome_entree,
    coalesce(r.motifexprime, 'Non renseigné') as motif_exprime,
    coalesce(r.motifvalide, 'Non renseigné') as motif_valide,
    case
        when r.statut != 'rupture_nette' then null
        when r.jour_inconnu then 'Non renseigné'
        else strftime(r.date_rupture, '%Y-%m')
    end as mois,
    case
        when r.statut != 'rupture_nette' then null
        when r.jour_inconnu then 'Non renseigné'
        when r.date_rupture < r.date_debut + interval 2 month then 'essai'
        when month(r.date_rupture) in (6, 7, 8) and r.date_debut + interval 10 month <= r.date_fin_prevue + 1
            then 'post_examen'
        else 'intermediaire'
    end as periode,
    r.sexe,
    r.datenaissance,
    r.situationavantcontrat,
    r.naf,
    r.codeidcc,
    r.nombredesalaries,
    r.typeemployeur,
    r.employeurcodepostal,
    r.adressecodepostal,
    r.npecannuel
from references_annuelles as r
left join situations
    on
        r.type_diplome = situations.type_diplome
        and r.duree_cycle_mois = situations.duree_mois
        and r.annee_cycle = situations.annee_cycle;

-- Gross ruptures, re-signed or not.
create table ruptures_brutes as
select
    annees.annee,
    contrats.id_contrat,
    contrats.uai,
    if(contrats.jour_inconnu, 'Non renseigné', strftime(contrats.date_rupture, '%Y-%m')) as mois
from contrats
inner join annees on contrats.date_rupture between annees.debut and annees.fin_annee
where not contrats.jamais_commence;

set preserve_insertion_order = true;

create schema ventilations;

-- Three small aggregates feed the breakdowns.
create temp table par_uai_et_diplome as
select
    annee,
    uai,
    code_diplome,
    any_value(structure) as structure,
    any_value(type_structure) as type_structure,
    any_value(cfa_rattachement) as cfa_rattachement,
    any_value(diplome) as diplome,
    any_value(type_diplome) as type_diplome,
    any_value(filiere) as filiere,
    count(*) filter (where statut = 'actif') as actifs,
    count(*) filter (where statut = 'rupture_nette') as ruptures,
    count(*) filter (where statut = 'sorti_a_terme') as sortis
from inscriptions
group by annee, uai, code_diplome;

create temp table par_parcours as
select
    annee,
    situation,
    diplome_entree,
    count(*) filter (where statut = 'actif') as actifs,
    count(*) filter (where statut = 'rupture_nette') as ruptures
from inscriptions
where statut != 'sorti_a_terme'
group by annee, situation, diplome_entree;

create temp table par_rupture as
select
    annee,
    motif_exprime,
    motif_valide,
    mois,
    periode,
    count(*) as ruptures
from inscriptions
where statut = 'rupture_nette'
group by annee, motif_exprime, motif_valide, mois, periode;

create temp table totaux as
select
    annee,
    sum(actifs + ruptures) as total_effectif,
    sum(ruptures) as total_ruptures
from par_uai_et_diplome
group by annee;

-- Wilson's 95 % interval of r out of n: its centre and its half-width.
create temp macro centre(r, n) as (r + 1.959963984540054 ** 2 / 2) / (n + 1.959963984540054 ** 2);

create temp macro demi_largeur(r, n) as
    1.959963984540054 * sqrt(r * (n - r) / n + 1.959963984540054 ** 2 / 4) / (n + 1.959963984540054 ** 2);

create temp macro mesures(a, r, tous, toutes) as {
    'inscrits_actifs': a::bigint,
    'ruptures_nettes': r::bigint,
    'effectif': (a + r)::bigint,
    'taux_rupture_nette': r / nullif(a + r, 0),
    'taux_bas': centre(r, nullif(a + r, 0)) - demi_largeur(r, nullif(a + r, 0)),
    'taux_haut': centre(r, nullif(a + r, 0)) + demi_largeur(r, nullif(a + r, 0)),
    'fiabilite': case
        when a + r < 20 then 'non_significatif'
        when a + r < 50 or least(a, r) < 5 then 'fragile'
        else 'solide'
    end,
    'part_ruptures': r / nullif(toutes, 0),
    'part_effectif': (a + r) / nullif(tous, 0)
};

create table ventilations.par_structure as
with

brutes as (
    select
        annee,
        uai,
        count(*) as ruptures_brutes
    from ruptures_brutes
    group by annee, uai
),

nettes as (
    select
        annee,
        uai,
        sum(actifs) as actifs,
        sum(ruptures) as ruptures,
        sum(sortis) as sortis
    from par_uai_et_diplome
    group by annee, uai
),

structures as (
    select distinct
        uai,
        structure,
        type_structure,
        cfa_rattachement
    from contrats
)

select
    annee,
    uai,
    structures.structure,
    structures.type_structure,
    structures.cfa_rattachement,
    unnest(mesures(coalesce(actifs, 0), coalesce(ruptures, 0), total_effectif, total_ruptures)),
    coalesce(sortis, 0)::bigint as sortis_a_terme,
    coalesce(ruptures_brutes, 0) as ruptures_brutes,
    coalesce(ruptures_brutes, 0) - coalesce(ruptures, 0)::bigint as resignees
from nettes
full outer join brutes using (annee, uai)
inner join structures using (uai)
inner join totaux using (annee)
order by annee, type_structure, structure, uai;

create table ventilations.par_cfa as
select
    annee,
    uai,
    any_value(structure) as structure,
    unnest(mesures(sum(actifs), sum(ruptures), any_value(total_effectif), any_value(total_ruptures)))
from par_uai_et_diplome
inner join totaux using (annee)
where type_structure = 'CFA'
group by annee, uai
having sum(actifs + ruptures) > 0
order by annee, structure, uai;

create table ventilations.par_cfa_type_diplome as
select
    annee,
    uai,
    any_value(structure) as structure,
    type_diplome,
    unnest(mesures(sum(actifs), sum(ruptures), any_value(total_effectif), any_value(total_ruptures)))
from par_uai_et_diplome
inner join totaux using (annee)
where type_structure = 'CFA'
group by annee, uai, type_diplome
having sum(actifs + ruptures) > 0
order by annee, structure, uai, sum(ruptures) desc, type_diplome;

create table ventilations.par_type_diplome as
select
    annee,
    type_diplome,
    unnest(mesures(sum(actifs), sum(ruptures), any_value(total_effectif), any_value(total_ruptures)))
from par_uai_et_diplome
inner join totaux using (annee)
group by annee, type_diplome
having sum(actifs + ruptures) > 0
order by annee, sum(ruptures) desc, type_diplome;

create table ventilations.par_diplome as
select
    annee,
    code_diplome,
    any_value(diplome) as diplome,
    any_value(type_diplome) as type_diplome,
    any_value(filiere) as filiere,
    unnest(mesures(sum(actifs), sum(ruptures), any_value(total_effectif), any_value(total_ruptures)))
from par_uai_et_diplome
inner join totaux using (annee)
group by annee, code_diplome
having sum(actifs + ruptures) > 0
order by annee, sum(ruptures) desc, code_diplome;

create table ventilations.par_filiere as
select
    annee,
    filiere,
    unnest(mesures(sum(actifs), sum(ruptures), any_value(total_effectif), any_value(total_ruptures)))
from par_uai_et_diplome
inner join totaux using (annee)
group by annee, filiere
having sum(actifs + ruptures) > 0
order by annee, sum(ruptures) desc, filiere;

create table ventilations.par_situation as
select
    annee,
    situation,
    unnest(mesures(sum(actifs), sum(ruptures), any_value(total_effectif), any_value(total_ruptures)))
from par_parcours
inner join totaux using (annee)
group by annee, situation
order by annee, sum(ruptures) desc, situation;

create table ventilations.par_diplome_entree as
select
    annee,
    diplome_entree,
    unnest(mesures(sum(actifs), sum(ruptures), any_value(total_effectif), any_value(total_ruptures)))
from par_parcours
inner join totaux using (annee)
group by annee, diplome_entree
order by annee, sum(ruptures) desc, diplome_entree;

create table ventilations.par_motif_exprime as
select
    annee,
    motif_exprime,
    sum(ruptures)::bigint as ruptures_nettes,
    sum(ruptures) / any_value(total_ruptures) as part_ruptures
from par_rupture
inner join totaux using (annee)
group by annee, motif_exprime
order by annee, ruptures_nettes desc, motif_exprime;

create table ventilations.par_motif_valide as
select
    annee,
    motif_valide,
    sum(ruptures)::bigint as ruptures_nettes,
    sum(ruptures) / any_value(total_ruptures) as part_ruptures
from par_rupture
inner join totaux using (annee)
group by annee, motif_valide
order by annee, ruptures_nettes desc, motif_valide;

create table ventilations.par_motif_exprime_valide as
select
    annee,
    motif_exprime,
    motif_valide,
    sum(ruptures)::bigint as ruptures_nettes,
    sum(ruptures) / any_value(total_ruptures) as part_ruptures
from par_rupture
inner join totaux using (annee)
group by annee, motif_exprime, motif_valide
order by annee, ruptures_nettes desc, motif_exprime, motif_valide;

create table ventilations.par_periode as
select
    annee,
    periode,
    sum(ruptures)::bigint as ruptures_nettes,
    sum(ruptures) / any_value(total_ruptures) as part_ruptures
from par_rupture
inner join totaux using (annee)
group by annee, periode
order by annee, periode = 'Non renseigné', periode;

-- Every month of the window, those without a rupture too.
create table ventilations.par_mois as
with

calendrier as (
    select
        annee,
        strftime(unnest(generate_series(date_trunc('month', debut), fin_annee, interval 1 month)), '%Y-%m') as mois
    from annees
),

nettes as (
    select
        annee,
        mois,
        sum(ruptures)::bigint as ruptures_nettes
    from par_rupture
    group by annee, mois
),

brutes as (
    select
        annee,
        mois,
        count(*) as ruptures_brutes
    from ruptures_brutes
    group by annee, mois
)

select
    annee,
    mois,
    coalesce(ruptures_nettes, 0) as ruptures_nettes,
    coalesce(ruptures_nettes, 0) / nullif(total_ruptures, 0) as part_ruptures,
    coalesce(ruptures_brutes, 0) as ruptures_brutes
from calendrier
full outer join brutes using (annee, mois)
full outer join nettes using (annee, mois)
inner join totaux using (annee)
order by annee, mois;
