"""Rows with persons in them → rows without: the one place where identities are compared.

Identities stay in the memory of the process and, as hashes, in temporary tables `prive_*` that are dropped when done.
What leaves them: integers for the person and for the rank of a content, an age, departments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from pipeline.schemas import CONTRATS, CONTRATS_PAR_LIGNE, IDENTITE, InputColumn

PERSONNELLES = tuple(c for c in CONTRATS if c.personnelle)
# What attaches a rejected row to a contract (definitions §1, `version_recente_rejetee`).
RATTACHEMENT = ("nocontrat", "noavenant", "typecontrat", "dateeffetavenant", "datedebutcontrat", "siretemployeur")

PERSONNES_SQL = """
create or replace temp table prive_liens as
    select distinct alternant, triplet from prive_lignes
    where not rejetee and alternant is not null and triplet is not null and nocontrat is null
    union
    select alternants.alternant, triplets.triplet
    from (
        select distinct nocontrat, alternant from prive_lignes
        where not rejetee and nocontrat is not null and alternant is not null
    ) as alternants
    inner join (
        select distinct nocontrat, triplet from prive_lignes
        where not rejetee and nocontrat is not null and triplet is not null
    ) as triplets using (nocontrat);

create or replace temp table prive_alternants as
    select alternant, count(*) as n_triplets, if(count(*) = 1, min(triplet), null) as triplet
    from prive_liens group by alternant;

-- A person's key is its triple or, failing one, its identifier; the number follows the order of the rows.
create or replace temp table prive_personnes as
    select est_triplet, cle, row_number() over (order by premiere, est_triplet)::integer as personne
    from (
        select true as est_triplet, triplet as cle, min(id_ligne) as premiere
        from prive_lignes where triplet is not null group by triplet
        union all
        select false as est_triplet, alternant as cle, min(id_ligne) as premiere
        from prive_lignes
        anti join (from prive_alternants where triplet is not null) as connus using (alternant)
        where alternant is not null group by alternant
    );
"""


@dataclass(frozen=True)
class Provenance:
    """Where rows come from: number of the file, what is added to a rank in it to number its rows, extraction date."""

    fichier: int
    origine: int
    date_extraction: date | None


class Persons:
    """The rows of a run with their persons, until these are settled.

    `prive_lignes` has for each row the key of its person and its content, as 128 bits of hash; personal values stay
    in the memory of the process, as they were read.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, supplements: tuple[InputColumn, ...]):
        self.con, self.supplements = con, supplements
        self.personnelles: list[tuple[int, pa.Table]] = []
        con.execute(
            "create or replace temp table prive_lignes (id_ligne bigint, fichier integer, rejetee boolean, "
            "nocontrat uhugeint, triplet uhugeint, incomplet boolean, alternant uhugeint, contenu uhugeint)"
        )
        con.execute(
            "create or replace temp table prive_rejetees "
            "(id_ligne bigint, fichier integer, date_extraction date, nocontrat varchar, noavenant varchar, "
            "typecontrat varchar, dateeffetavenant date, datedebutcontrat date, siretemployeur varchar)"
        )

    def write_kept(self, lot: pa.Table, origine: Provenance) -> None:
        """Kept rows: who they are into `prive_lignes`, what is not personal into `brut`."""
        self.con.register("lot", lot)
        self.write_persons(origine, rejetee=False)
        self.personnelles.append((origine.origine, lot.select(["rang", *(c.nom for c in PERSONNELLES)])))
        # Addresses stop at the department, the birth date at an age.
        self.con.execute(
            f"""
            insert into brut.contrats
            select
                rang + ?, ?, ligne, ?,
                {", ".join(c.nom for c in CONTRATS if not c.personnelle)},
                date_sub('year', datenaissance, datedebutcontrat)::integer,
                {department("employeurcodepostal")}, {department("adressecodepostal")}
            from lot
            """,
            [origine.origine, origine.fichier, origine.date_extraction],
        )
        extra = "".join(f", {c.nom}" for c in self.supplements)
        self.con.execute(f"insert into brut.supplements select rang + ?{extra} from lot", [origine.origine])
        self.con.unregister("lot")

    def write_rejected(self, lot: pa.Table, origine: Provenance) -> None:
        """Rejected rows: what attaches them to a contract. A row whose form is wrong may have a name where its number
        should be: nothing attaches it."""
        self.con.register("lot", lot)
        self.write_persons(origine, rejetee=True)
        rattachement = ", ".join(f"if(forme, null, {c})" for c in RATTACHEMENT)
        self.con.execute(
            f"insert into prive_rejetees select rang + ?, ?, ?, {rattachement} from lot",
            [origine.origine, origine.fichier, origine.date_extraction],
        )
        self.con.unregister("lot")

    def write_persons(self, origine: Provenance, rejetee: bool) -> None:
        """Rows of `lot` into `prive_lignes`."""
        noms = ", ".join(c.nom for c in (*CONTRATS, *self.supplements))
        partiel = " or ".join(f"{c} is not null" for c in IDENTITE)
        self.con.execute(
            f"""
            insert into prive_lignes
            select
                rang + ?, ?, ?, if(forme, null, {key_sql("nocontrat")}),
                if(forme, null, {key_sql("triplet")}), not forme and triplet is null and ({partiel}),
                if(forme, null, {key_sql("idalternant")}), {content_sql(noms)}
            from lot
            """,
            [origine.origine, origine.fichier, rejetee],
        )

    def settle(self) -> None:
        """Which rows are one person (definitions §1, ADR 0001 readings 1 and 2) and which content is the greater, as
        integers: `brut.identites`, `brut.contrats_rejetes`; what is counted of them.

        `personne_triplet` is null where no part of the triple is there and 0 where it is incomplete; `rang_contenu`
        orders the contents of rows that can be versions of one another.
        """
        con = self.con
        con.execute(PERSONNES_SQL)
        con.execute(
            "create table brut.identites_incertaines as "
            "select count(*) as nombre from prive_alternants where n_triplets > 1"
        )
        self.rank_contents()
        # The select list the two tables share.
        personnes = """
            case when lignes.triplet is not null then par_triplet.personne when lignes.incomplet then 0 end
                as personne_triplet,
            par_alternant.personne as personne_alternant
        """
        jointures = """
            from prive_lignes as lignes
            left join prive_personnes as par_triplet
                on par_triplet.cle = lignes.triplet and par_triplet.est_triplet
            left join prive_alternants as alternants on alternants.alternant = lignes.alternant
            left join prive_personnes as par_alternant
                on
                    par_alternant.cle = coalesce(alternants.triplet, lignes.alternant)
                    and par_alternant.est_triplet = (alternants.triplet is not null)
        """
        con.execute(
            f"""
            create table brut.identites as
            select lignes.id_ligne, {personnes}, coalesce(rangs.rang_contenu, 1) as rang_contenu
            {jointures}
            left join prive_rangs as rangs on rangs.id_ligne = lignes.id_ligne
            where not lignes.rejetee
            """
        )
        con.execute(
            f"""
            create table brut.contrats_rejetes as
            select
                rejetees.*, {personnes},
                min(lignes.id_ligne) over (partition by lignes.contenu) as premiere_copie
            {jointures}
            inner join prive_rejetees as rejetees on rejetees.id_ligne = lignes.id_ligne
            """
        )
        count_duplicates(con)
        for (table,) in con.execute("select table_name from duckdb_tables() where temporary").fetchall():
            con.execute(f"drop table {table}")

    def rank_contents(self) -> None:
        """`prive_rangs`: rank of the content of the rows that share a number, or that have none, among those whose
        contents differ; a row without number is compared with those of its start and employer, numbered ones included
        since several may join one contract. The others need no rank."""
        con = self.con
        con.execute(
            """
            create or replace temp table prive_differents as
            select lignes.id_ligne
            from prive_lignes as lignes
            inner join (
                select nocontrat from prive_lignes
                where not rejetee and nocontrat is not null
                group by nocontrat having min(contenu) != max(contenu)
            ) using (nocontrat)
            where not lignes.rejetee
            union all
            select contrats.id_ligne
            from brut.contrats as contrats
            inner join (
                select debut, employeur
                from (
                    select distinct datedebutcontrat as debut, coalesce(siretemployeur, '') as employeur
                    from brut.contrats where nocontrat is null
                )
                inner join brut.contrats as contrats
                    on contrats.datedebutcontrat = debut and coalesce(contrats.siretemployeur, '') = employeur
                inner join prive_lignes as lignes using (id_ligne)
                group by debut, employeur having min(lignes.contenu) != max(lignes.contenu)
            ) on contrats.datedebutcontrat = debut and coalesce(contrats.siretemployeur, '') = employeur
            where contrats.nocontrat is null
            """
        )
        colonnes = (*CONTRATS, *self.supplements)
        valeurs = [f"personnelles.{c.nom}" if c.personnelle else f"contrats.{c.nom}" for c in CONTRATS]
        valeurs += [f"supplements.{c.nom}" for c in self.supplements]
        valeurs_personnelles = ", ".join(c.nom for c in PERSONNELLES)
        types = ", ".join(f"{c.nom} {'date' if c.type == 'naissance' else 'varchar'}" for c in PERSONNELLES)
        con.execute(f"create or replace temp table prive_personnelles (id_ligne bigint, {types})")
        for origine, lot in self.personnelles:
            con.register("lot", lot)
            con.execute(
                f"insert into prive_personnelles select rang + ?, {valeurs_personnelles} from lot "
                "where rang + ? in (from prive_differents)",
                [origine, origine],
            )
            con.unregister("lot")
        con.execute(
            f"""
            create or replace temp table prive_rangs as
            with contenus as (
                select id_ligne, {", ".join(valeurs)}
                from prive_differents
                inner join brut.contrats as contrats using (id_ligne)
                inner join prive_personnelles as personnelles using (id_ligne)
                inner join brut.supplements as supplements using (id_ligne)
            )
            select
                id_ligne,
                dense_rank() over (
                    partition by nocontrat
                    order by {", ".join(map(content_order, colonnes))}
                )::integer as rang_contenu
            from contenus
            """
        )
        self.personnelles.clear()


def key_sql(colonne: str) -> str:
    """SQL key of a value: 128 bits of hash, null where it is; two values of one key are taken for one."""
    return f"if({colonne} is null, null, (hash({colonne})::uhugeint << 64) + hash('sel', {colonne}))"


def content_sql(noms: str) -> str:
    """SQL of a content: 64 bits of hash of what tells contracts apart, 64 of everything."""
    return f"(hash(nocontrat, triplet, datedebutcontrat, siretemployeur)::uhugeint << 64) + hash({noms})"


def department(colonne: str) -> str:
    """SQL department of a French postal code: two characters, three overseas."""
    longueur = f"if(left({colonne}, 2) in ('97', '98'), 3, 2)"
    return f"if(length({colonne}) = 5, left({colonne}, {longueur}), null)"


def content_order(c: InputColumn) -> str:
    """SQL order of a column in the comparison of contents: typed, empty smallest (ADR 0001 readings 7 and 8)."""
    if c.nom == "noavenant":
        nombre = f"try_cast({c.nom} as ubigint)"
        return f"{c.nom} is not null, {nombre} is null, {nombre} nulls first, {c.nom} nulls first"
    return f"{c.nom} nulls first"


def count_duplicates(con: duckdb.DuckDBPyConnection) -> None:
    """Extra copies of kept rows equal in every recognised value: by file, and for the run."""
    # Where a row holds several contracts, it is equal to another when all of them are.
    con.execute(
        f"""
        create or replace temp table prive_copies as
        select fichier, contenu from prive_lignes
        where not rejetee and fichier in (from brut.fichiers select fichier where not apprenants)
        union all
        select any_value(fichier), hash(list(contenu order by id_ligne))
        from prive_lignes
        where not rejetee and fichier in (from brut.fichiers select fichier where apprenants)
        group by id_ligne // {CONTRATS_PAR_LIGNE}
        """
    )
    copies = "count(*) - count(distinct contenu)"
    con.execute(
        f"""
        update brut.fichiers set doublons = comptes.doublons
        from (select fichier, {copies} as doublons from prive_copies group by fichier) as comptes
        where comptes.fichier = brut.fichiers.fichier
        """
    )
    con.execute(f"create table brut.doublons as select {copies} as nombre from prive_copies")
