"""DuckDB SQL that trusts its input: `python -m benchmarks.pairs.plain_sql DONNEES SORTIE [MEMOIRE]`."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from benchmarks.pairs import ANNEES, PARTS, TAUX, Z, rate_columns

REFERENTIELS = """
create table structures as
select
    une.uai,
    une.siret,
    une.nom as structure,
    une.type_structure,
    cfa.nom as cfa_rattachement
from read_csv(getvariable('donnees') || '/referentiels/etablissements.csv', all_varchar = true) as une
inner join read_csv(getvariable('donnees') || '/referentiels/etablissements.csv', all_varchar = true) as cfa
    on une.uai_cfa_rattachement = cfa.uai;

create table diplomes as
select *
from read_csv(getvariable('donnees') || '/referentiels/diplomes.csv', all_varchar = true);

create table situations as
select
    libelle,
    type_diplome,
    duree_mois::integer as duree_mois,
    annee_cycle::integer as annee_cycle
from read_csv(getvariable('donnees') || '/referentiels/situations.csv', all_varchar = true);

create macro sans_marque(nom) as regexp_replace(strip_accents(lower(nom)), '[ ''-]', '', 'g');
"""

LIGNES = """
create table lignes as
select
    nocontrat,
    coalesce(dateeffetavenant, datedebutcontrat) as date_etat,
    statut,
    datedebutcontrat,
    datefincontrat,
    dateeffetrupture,
    datesignalementrupture,
    rupture_avant_debut = 'true' as avant_debut,
    coalesce(idalternant, sans_marque(nom) || '|' || sans_marque(prenom) || '|' || datenaissance) as apprenti,
    codediplome,
    intituleouqualification,
    datedebutformation,
    datefinformation,
    uaicfa,
    siret,
    situation,
    diplomeentree,
    motifvalide
from read_csv(
    getvariable('donnees') || '/contrats/*.csv',
    delim = ';',
    sample_size = 100,
    header = true,
    all_varchar = true,
    types = {
        'dateeffetavenant': 'date',
        'datedebutcontrat': 'date',
        'datefincontrat': 'date',
        'dateeffetrupture': 'date',
        'datesignalementrupture': 'date',
        'datedebutformation': 'date',
        'datefinformation': 'date'
    }
)
"""

# One row a contract: its last state, with its earliest start.
CONTRATS = """
create table contrats as
with

derniers as (
    select
        * exclude (datedebutcontrat),
        min(datedebutcontrat) over (partition by nocontrat) as date_debut,
        coalesce(dateeffetrupture, if(statut = 'Rompu', datesignalementrupture, null)) as rupture_annoncee
    from lignes
    qualify row_number() over (partition by nocontrat order by date_etat desc) = 1
),

dates as (
    select
        *,
        datefincontrat as date_fin_prevue,
        if(rupture_annoncee < datefincontrat, rupture_annoncee, null) as date_rupture,
        coalesce(date_rupture, datefincontrat) as date_fin,
        date_rupture is not null and dateeffetrupture is null as jour_inconnu
    from derniers
)

select * exclude (statut, avant_debut, datefincontrat, dateeffetrupture, datesignalementrupture, rupture_annoncee)
from dates
where
    coalesce(statut not in ('Annulé', 'Supprimé'), true)
    and not avant_debut
    and coalesce(date_rupture > date_debut, true)
"""

# One row a year and apprentice: the contract under way on the last day, else the one that ended last.
INSCRIPTIONS = """
create table inscriptions as
with

choisis as (
    select
        annees.annee,
        annees.fin_annee,
        contrats.*,
        if(contrats.date_fin = annees.fin_annee, contrats.date_rupture is null, contrats.date_fin > annees.fin_annee)
            as en_cours
    from contrats
    inner join annees on contrats.date_debut <= annees.fin_annee and contrats.date_fin >= annees.debut
    qualify
        row_number() over (
            partition by annees.annee, contrats.apprenti
            order by
                en_cours desc,
                if(en_cours, null, contrats.date_fin) desc,
                if(en_cours, null, contrats.date_rupture is null) desc,
                contrats.date_debut desc,
                contrats.nocontrat desc
        ) = 1
),

attributs as (
    select
        choisis.*,
        case
            when choisis.en_cours then 'actif'
            when choisis.date_rupture is null then 'sorti_a_terme'
            else 'rupture_nette'
        end as statut,
        coalesce(par_siret.uai, par_uai.uai, choisis.uaicfa) as uai,
        coalesce(par_siret.structure, par_uai.structure, choisis.uaicfa) as structure,
        coalesce(par_siret.type_structure, par_uai.type_structure, 'Non renseigné') as type_structure,
        coalesce(par_siret.cfa_rattachement, par_uai.cfa_rattachement, 'Non renseigné') as cfa_rattachement,
        choisis.codediplome as code_diplome,
        coalesce(diplomes.intitule, choisis.intituleouqualification) as diplome,
        coalesce(diplomes.type_diplome, 'Non renseigné') as type_diplome,
        coalesce(diplomes.filiere, 'Non renseigné') as filiere
    from choisis
    left join structures as par_siret on choisis.siret = par_siret.siret
    left join structures as par_uai on choisis.uaicfa = par_uai.uai
    left join diplomes on choisis.codediplome = diplomes.code_diplome
)

select
    attributs.annee,
    attributs.statut,
    attributs.uai,
    attributs.structure,
    attributs.type_structure,
    attributs.cfa_rattachement,
    attributs.code_diplome,
    attributs.diplome,
    attributs.type_diplome,
    attributs.filiere,
    -- The export words the report's year only.
    coalesce(
        if(attributs.annee = (select max(annee) from annees), attributs.situation, null),
        situations.libelle,
        'Non renseigné'
    ) as situation,
    coalesce(attributs.diplomeentree, 'Non renseigné') as diplome_entree,
    coalesce(attributs.motifvalide, 'Non renseigné') as motif_valide,
    case
        when attributs.jour_inconnu then 'Non renseigné'
        when attributs.date_rupture < attributs.date_debut + interval 2 month then 'essai'
        when
            month(attributs.date_rupture) in (6, 7, 8)
            and attributs.date_debut + interval 10 month <= attributs.date_fin_prevue + 1
            then 'post_examen'
        else 'intermediaire'
    end as periode,
    if(attributs.jour_inconnu, 'Non renseigné', strftime(attributs.date_rupture, '%Y-%m')) as mois
from attributs
left join situations
    on
        attributs.datedebutformation is not null
        and attributs.type_diplome = situations.type_diplome
        and situations.duree_mois
        = greatest(12, (date_sub('month', attributs.datedebutformation, attributs.datefinformation) + 6) // 12 * 12)
        and situations.annee_cycle
        = 1 + greatest(
            0,
            date_sub(
                'year',
                attributs.datedebutformation,
                if(attributs.statut = 'rupture_nette', attributs.date_rupture, attributs.fin_annee)
            )
        )
"""

PAR_MOIS = """
with

mois_de_l_annee as (
    select
        annee,
        strftime(unnest(generate_series(date_trunc('month', debut), fin_annee, interval 1 month)), '%Y-%m') as mois
    from annees
),

nettes as (
    select
        annee,
        mois,
        count(*) as ruptures_nettes
    from inscriptions
    where statut = 'rupture_nette'
    group by annee, mois
),

brutes as (
    select
        annees.annee,
        if(contrats.jour_inconnu, 'Non renseigné', strftime(contrats.date_rupture, '%Y-%m')) as mois,
        count(*) as ruptures_brutes
    from contrats
    inner join annees on contrats.date_rupture between annees.debut and annees.fin_annee
    group by all
)

select
    annee,
    mois,
    coalesce(ruptures_nettes, 0) as ruptures_nettes,
    coalesce(ruptures_nettes, 0) / sum(ruptures_nettes) over (partition by annee) as part_ruptures,
    coalesce(ruptures_brutes, 0) as ruptures_brutes
from mois_de_l_annee
full outer join nettes using (annee, mois)
full outer join brutes using (annee, mois)
"""


def rates(table: str) -> str:
    """A table of rates: the counts of each group, the rate and Wilson's limits, the shares of the year."""
    cle = ", ".join(["annee", *TAUX[table]])
    return f"""
with

comptes as (
    select
        {cle},
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) filter (where statut = 'sorti_a_terme') as sortis_a_terme,
        inscrits_actifs + ruptures_nettes as effectif
    from inscriptions
    group by {cle}
),

limites as (
    select
        *,
        ruptures_nettes / effectif as taux_rupture_nette,
        (taux_rupture_nette + {Z**2} / (2 * effectif)) / (1 + {Z**2} / effectif) as centre,
        {Z} * sqrt(taux_rupture_nette * (1 - taux_rupture_nette) / effectif + {Z**2} / (4 * effectif ** 2))
        / (1 + {Z**2} / effectif) as demi_largeur,
        centre - demi_largeur as taux_bas,
        centre + demi_largeur as taux_haut,
        ruptures_nettes / sum(ruptures_nettes) over (partition by annee) as part_ruptures,
        effectif / sum(effectif) over (partition by annee) as part_effectif
    from comptes
    where effectif > 0
)

select {", ".join(rate_columns(table))}
from limites
"""


def shares(groupe: str) -> str:
    """A table of ruptures."""
    return f"""
select
    annee,
    {groupe},
    count(*) as ruptures_nettes,
    count(*) / sum(count(*)) over (partition by annee) as part_ruptures
from inscriptions
where statut = 'rupture_nette'
group by annee, {groupe}
"""


def make_tables(donnees: Path, sortie: Path, memoire: str | None = None) -> None:
    """The eight tables; `memoire` limits DuckDB's, for instance '4GB': it spills beside the tables."""
    sortie.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        if memoire:
            con.execute(f"set memory_limit = '{memoire}'; set temp_directory = '{sortie.as_posix()}'")
        con.execute("set variable donnees = ?", [donnees.as_posix()])
        con.execute("create table annees (annee varchar, debut date, fin_annee date)")
        con.executemany("insert into annees values (?, ?, ?)", ANNEES)
        for requete in (REFERENTIELS, LIGNES, CONTRATS, INSCRIPTIONS):
            con.execute(requete)
        requetes = {table: rates(table) for table in TAUX}
        requetes |= {table: shares(groupe) for table, groupe in PARTS.items()} | {"par_mois": PAR_MOIS}
        for table, requete in requetes.items():
            con.sql(f"select * from ({requete}) order by all").write_csv(str(sortie / f"{table}.csv"))


if __name__ == "__main__":
    make_tables(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
