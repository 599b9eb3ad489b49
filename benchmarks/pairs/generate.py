"""A clean export of any size, the same for the same size: `python -m benchmarks.pairs.generate LIGNES DOSSIER`.

37 columns, UTF-8, semicolons; one file of `DOSSIER/contrats`, and the example network's referentials beside it. What a
row says follows from its number alone, so that nothing is sorted nor kept: of each 20 rows, 17 are the first contracts
of 17 apprentices, the first two of whom break it, two are second contracts, and the last one an avenant.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import duckdb

from pipeline.demo.deliveries import TYPES_CERFA
from pipeline.paths import EXEMPLE

EXTRACTION = "2022-08-31"
SYLLABES = [
    "ma", "le", "dou", "ba", "tra", "mo", "ré", "ni", "sa", "ka", "bé", "lou", "de", "vi", "ri", "ço", "gna", "ho",
    "fu", "gui",
]  # fmt: skip
STRUCTURES = [90, 50, 70, 60, 80, 70, 60]  # weights of the first establishments; the others weigh 4
MOIS = [40, 20, 11, 7, 3, 2, 2, 2, 1, 2, 5, 5]  # hundredths of the starts, from September
DUREES = [3, 6, 1]  # tenths of the contracts, of one, two and three years


def drawn(poids: list[int]) -> list[int]:
    """Each rank, from 0, as many times as its weight: what a uniform draw is looked up in."""
    return [rang for rang, fois in enumerate(poids) for _ in range(fois)]


# u(cle, quoi) is uniform on [0, 1), de(cle, quoi, n) on 0..n-1: drawn by the key's hash, one draw for each `quoi`.
# nom(n) has three syllables of a consonant and a vowel each: no two numbers under 8,000 have one name.
MACROS = """
create macro u(cle, quoi) as hash(cle, quoi) / 18446744073709551616.0;
create macro de(cle, quoi, n) as (hash(cle, quoi) % n)::integer;
create macro parmi(cle, quoi, valeurs) as valeurs[1 + de(cle, quoi, len(valeurs))];
create macro syllabe(n) as getvariable('syllabes')[1 + n % 20];
create macro minuscules(n) as concat(syllabe(n), syllabe(n // 20), syllabe(n // 400));
create macro capitale(mot) as upper(mot[1]) || mot[2:];
create macro nom(n) as if(n % 2 = 1, upper(minuscules(n)), capitale(minuscules(n)));
create macro fin_apres(debut, annees, cle) as debut + 365 * annees - de(cle, 'fin', 45);
create macro rompu_le(debut, fin, cle) as
    debut + greatest(1, ((fin - debut) * (1 - (1 - u(cle, 'rupture')) ** 0.4))::integer);
"""

REFERENTIELS = """
create table structures as
select
    une.*,
    cfa.siret as siret_cfa
from read_csv(getvariable('referentiels') || '/etablissements.csv', all_varchar = true) as une
inner join read_csv(getvariable('referentiels') || '/etablissements.csv', all_varchar = true) as cfa
    on une.uai_cfa_rattachement = cfa.uai
order by cfa.uai != une.uai, une.uai;

create table diplomes as
select *
from read_csv(getvariable('referentiels') || '/diplomes.csv', all_varchar = true);

set variable structures = (select list(structures order by rowid) from structures);
set variable diplomes = (select list(diplomes order by rowid) from diplomes);
set variable entrees = (
    select list(distinct libelle order by libelle) || [null]
    from read_csv(getvariable('referentiels') || '/diplomes_entree.csv', all_varchar = true)
);
set variable exprimes = (
    select list(motif order by motif) || [null]
    from read_csv(getvariable('referentiels') || '/motifs.csv', all_varchar = true)
    where liste = 'exprime'
);
set variable valides = (
    select list(motif order by motif) || [null]
    from read_csv(getvariable('referentiels') || '/motifs.csv', all_varchar = true)
    where liste = 'valide'
);
"""

EXPORT = """
with

-- Rows in an order that is that of nothing: multiplied by a prime.
rangs as (
    select n * 7368787 % getvariable('lignes') as rang
    from range(getvariable('lignes')) as t (n)
),

places as (
    select
        rang // 20 as bloc,
        rang % 20 = 19 as est_avenant,
        if(est_avenant, bloc % 19, rang % 20) as place,
        place = bloc % 19 and 20 * bloc + 19 < getvariable('lignes') as a_un_avenant,
        place >= 17 as est_second,
        case place when 17 then if(bloc % 5 < 4, 0, 2) when 18 then 3 else place end as place_du_premier,
        20 * bloc + place as contrat,
        17 * bloc + place_du_premier as apprenti
    from rangs
),

-- Those who sign twice begin early enough for the second contract to be known.
premiers as (
    select
        *,
        place_du_premier < 2 as premier_rompu,
        place_du_premier = 3 or place_du_premier = if(bloc % 5 < 4, 0, 2) as signe_deux_fois,
        (
            date '2018-09-01'
            + to_months(
                12 * de(apprenti, 'rentree', if(signe_deux_fois, 2, 4)) + parmi(apprenti, 'mois', getvariable('mois'))
            )
        )::date + de(apprenti, 'jour', 25) as premier_debut,
        if(signe_deux_fois, 1, 1 + parmi(apprenti, 'duree', getvariable('durees'))) as premiere_duree,
        fin_apres(premier_debut, premiere_duree, apprenti) as premiere_fin,
        if(premier_rompu, rompu_le(premier_debut, premiere_fin, apprenti), null) as premiere_rupture
    from places
),

debuts as (
    select
        *,
        if(
            est_second, coalesce(premiere_rupture, premiere_fin) + 5 + de(contrat, 'attente', 145), premier_debut
        ) as debut,
        if(est_second, 1 + parmi(contrat, 'duree', getvariable('durees')), premiere_duree) as duree,
        if(est_second, fin_apres(debut, duree, contrat), premiere_fin) as fin,
        if(
            est_second, if(u(contrat, 'rompu') < 0.12, rompu_le(debut, fin, contrat), null), premiere_rupture
        ) as rupture_prevue,
        u(contrat, 'sort') as sort,
        getvariable('structures')[1 + parmi(apprenti, 'structure', getvariable('poids_structures'))] as structure,
        parmi(apprenti, 'diplome', getvariable('poids_diplomes')) as rang_diplome,
        getvariable('diplomes')[1 + rang_diplome] as diplome,
        apprenti * 29777777771 % 48180000000 as personne
    from premiers
),

-- A few at the term, before the start, cancelled or deleted. What comes after the extraction is not known.
ruptures as (
    select
        *,
        case
            when sort < 0.003 then fin + de(contrat, 'terme', 20)
            when sort between 0.962 and 0.965 then debut - de(contrat, 'avance', 10)
            else rupture_prevue
        end as toute_rupture,
        if(toute_rupture <= getvariable('extraction'), toute_rupture, null) as rupture,
        rupture is not null as est_rompu,
        u(contrat, 'sans jour') as sans_jour,
        case
            when sort > 0.97 and sort < 0.99 and not a_un_avenant then 'Annulé'
            when sort > 0.965 and sort <= 0.97 and not a_un_avenant then 'Supprimé'
            when est_rompu then 'Rompu'
            when u(contrat, 'corrige') < 0.03 then 'Corrigé'
        end as statut,
        a_un_avenant and not est_avenant and u(contrat, 'annonce') < 0.5 as dite_par_l_avenant,
        u(contrat, 'ailleurs') as ailleurs,
        u(contrat, 'hors referentiel') < 0.002 as est_hors_referentiel,
        u(contrat, 'formation') < 0.05 as sans_formation,
        de(contrat, 'employeur', 20000) as employeur
    from debuts
)

select
    concat(
        contrat // 1000000, structure.code_postal[:2], strftime(debut, '%Y%m'),
        lpad((contrat % 1000000)::varchar, 6, '0')
    ) as nocontrat,
    if(est_avenant, '1', null) as noavenant,
    case
        when est_avenant then (31 + de(contrat, 'avenant', 8))::varchar
        when est_second then if(premier_rompu, '23', '21')
        when u(contrat, 'type') >= 0.1 then '11'
    end as typecontrat,
    if(dite_par_l_avenant, null, statut) as statut,
    debut - de(contrat, 'conclusion', 30) as dateconclusion,
    debut + if(est_avenant, de(contrat, 'debut deplace', 15), 0) as datedebutcontrat,
    fin + if(est_avenant, de(contrat, 'fin deplacee', 60), 0) as datefincontrat,
    if(est_avenant, debut + 20 + de(contrat, 'effet', 180), null) as dateeffetavenant,
    if(sans_jour < 0.04 or dite_par_l_avenant, null, rupture) as dateeffetrupture,
    if(
        est_rompu and sans_jour >= 0.004,
        least(rupture + de(contrat, 'signalement', 40), getvariable('extraction')),
        null
    ) as datesignalementrupture,
    sort > 0.99 as rupture_avant_debut,
    if(u(apprenti, 'sans identifiant') < 0.1, null, 10000000 + apprenti) as idalternant,
    nom(personne // 4015 % 8000) as nom,
    concat(capitale(minuscules(personne // 32120000)), if(personne // 32120000 % 17 = 0, '-Noël', '')) as prenom,
    date '1992-01-01' + (personne % 4015)::integer as datenaissance,
    if(u(apprenti, 'sexe') < 0.08, 'F', 'H') as sexe,
    if(est_hors_referentiel, (50029900 + contrat % 7)::varchar, diplome.code_diplome) as codediplome,
    'RNCP' || (30000 + rang_diplome * 37) as rncp,
    if(est_hors_referentiel, 'Titre inconnu', diplome.intitule) as intituleouqualification,
    getvariable('types')[diplome.type_diplome] as typediplome,
    if(sans_formation, null, debut + 3) as datedebutformation,
    if(sans_formation, null, fin - 20) as datefinformation,
    if(ailleurs < 0.006, '0950000Z', structure.uai_cfa_rattachement) as uaicfa,
    if(ailleurs < 0.03, '99999999700013', structure.siret) as siret,
    structure.siret_cfa as siretcfa,
    30000000000000 + employeur::bigint * 400009 as siretemployeur,
    concat(
        'SARL ', nom(de(employeur, 'un nom', 8000)), ' ', nom(de(employeur, 'un autre', 8000)),
        if(employeur % 5 = 0, ' & Fils', '')
    ) as denomination,
    parmi(contrat, 'naf', ['4322A', '4321A', '4399C', '4332A', '4334Z']) as naf,
    parmi(contrat, 'idcc', ['1597', '1596', '2609']) as codeidcc,
    de(contrat, 'salaries', 300) as nombredesalaries,
    structure.code_postal as employeurcodepostal,
    91000 + de(contrat, 'adresse', 4999) as adressecodepostal,
    parmi(contrat, 'entree', getvariable('entrees')) as diplomeentree,
    if(
        sans_formation,
        null,
        concat(
            diplome.type_diplome, ' ',
            ['1re année', '2e année', '3e année'][least(duree, 1 + de(contrat, 'annee du cycle', 3))]
        )
    ) as situation,
    if(est_rompu, parmi(contrat, 'exprime', getvariable('exprimes')), null) as motifexprime,
    if(est_rompu, parmi(contrat, 'valide', getvariable('valides')), null) as motifvalide,
    (5500 + rang_diplome * 83 % 4000)::double as npecannuel
from ruptures
"""


def write_export(lignes: int, dossier: Path) -> None:
    """An export of so many rows in `dossier`, with the example network's referentials."""
    chemin = dossier / "contrats" / f"contrats_{EXTRACTION}.csv"
    chemin.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(EXEMPLE / "referentiels", dossier / "referentiels", dirs_exist_ok=True)
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        con.execute(f"set variable extraction = date '{EXTRACTION}'")
        con.execute("set variable referentiels = ?", [(dossier / "referentiels").as_posix()])
        con.execute("set variable types = map(?, ?)", [list(TYPES_CERFA), list(TYPES_CERFA.values())])
        con.execute(MACROS + REFERENTIELS)
        structures, diplomes = (size(con, table) for table in ("structures", "diplomes"))
        variables = {
            "lignes": lignes,
            "syllabes": SYLLABES,
            "mois": drawn(MOIS),
            "durees": drawn(DUREES),
            "poids_structures": drawn((STRUCTURES + [4] * structures)[:structures]),
            "poids_diplomes": drawn([1000 // (rang + 2) for rang in range(diplomes)]),
        }
        for nom, valeur in variables.items():
            con.execute(f"set variable {nom} = ?", [valeur])
        con.sql(EXPORT).write_csv(str(chemin), sep=";")


def size(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table has."""
    return len(con.table(table))


if __name__ == "__main__":
    write_export(int(sys.argv[1]), Path(sys.argv[2]))
