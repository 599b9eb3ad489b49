"""Rows with persons in them → rows without: the one place that holds who people are.

Identities stay in the memory of the process and, as hashes and sets of letters, in temporary tables `prive_*` that are
dropped when done.
What leaves them: integers for the person, for the rank of a content and for what two rows have in common, an age,
departments. Who is who is decided in `identities`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from pipeline.ingest import identities
from pipeline.schemas import COLONNES_DES_COMPLEMENTS, CONTRATS, CONTRATS_PAR_LIGNE, IDENTITE, InputColumn

PERSONNELLES = tuple(c for c in CONTRATS if c.personnelle)
COMPARES = ("nom_compare", "prenom_compare")
LETTRES = np.zeros(256, np.int32)  # of a byte of UTF-8, its bit
LETTRES[ord("a") : ord("z") + 1] = 1 << np.arange(26)
# What attaches a rejected row to a contract (definitions §1, `version_recente_rejetee`).
RATTACHEMENT = ("nocontrat", "noavenant", "typecontrat", "dateeffetavenant", "datedebutcontrat", "siretemployeur")
SANS_TITULAIRE = "numéro de deux apprentis, la ligne ne dit pas duquel"


@dataclass(frozen=True)
class Provenance:
    """Where rows come from: number of the file, what is added to a rank in it to number its rows, extraction date."""

    fichier: int
    origine: int
    date_extraction: date | None


class Persons:
    """The rows of a run with their persons, until these are settled.

    `prive_lignes` has for each row the key of its person and its content, as 128 bits of hash; personal values stay
    in the memory of the process, as they were read. `portee` says within what an identifier is one person's: the run
    ("reseau") or one CFA ("cfa").
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, supplements: tuple[InputColumn, ...], portee: str):
        self.con, self.supplements, self.portee = con, supplements, portee
        self.personnelles: list[tuple[int, pa.Table]] = []
        cles = "nocontrat uhugeint, triplet uhugeint, alternant uhugeint"
        con.execute(
            f"create or replace temp table prive_lignes (id_ligne bigint, fichier integer, rejetee boolean, {cles}, "
            "incomplet boolean, naissance date, noms ubigint, lettres ubigint, contenu uhugeint, part integer)"
        )
        con.execute(f"create or replace temp table prive_suivi (id_ligne bigint, {cles})")
        con.execute(
            "create or replace temp table prive_rejetees "
            "(id_ligne bigint, fichier integer, date_extraction date, nocontrat varchar, noavenant varchar, "
            "typecontrat varchar, dateeffetavenant date, datedebutcontrat date, siretemployeur varchar)"
        )

    def write_kept(self, lot: pa.Table, origine: Provenance) -> None:
        """Kept rows: who they are into `prive_lignes`, what is not personal into `brut`."""
        self.con.register("lot", with_letters(lot))
        self.write_persons(origine, rejetee=False)
        self.personnelles.append((origine.origine, lot.select(["rang", *COMPARES, *(c.nom for c in PERSONNELLES)])))
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
        self.con.register("lot", with_letters(lot))
        self.write_persons(origine, rejetee=True)
        rattachement = ", ".join(f"if(deformee, null, {c})" for c in RATTACHEMENT)
        self.con.execute(
            f"insert into prive_rejetees select rang + ?, ?, ?, {rattachement} from lot",
            [origine.origine, origine.fichier, origine.date_extraction],
        )
        self.con.unregister("lot")

    def write_absent(self, lot: pa.Table, origine: Provenance) -> None:
        """Learners without a contract: their latest state says that they have none (definitions §1)."""
        self.con.register("lot", with_letters(lot))
        self.write_persons(origine, rejetee=False)
        self.con.execute(
            "insert into brut.sans_contrat select rang + ?, ?, uaicfa, codediplome from lot",
            [origine.origine, origine.date_extraction],
        )
        self.con.unregister("lot")

    def write_complement(self, role: str, lot: pa.Table, origine: Provenance) -> None:
        """Rows of a follow-up, or of a journal of support: whose they are matters where two apprentices share a
        number."""
        self.con.register("lot", lot)
        # They have no UAI: where identifiers are a CFA's own, one alone says nothing.
        alternant = key_sql("idalternant") if self.portee == "reseau" else "null"
        self.con.execute(
            f"insert into prive_suivi select rang + ?, {key_sql('nocontrat')}, {TRIPLET_SQL}, {alternant} from lot",
            [origine.origine],
        )
        gardees = ", ".join(c.nom for c in COLONNES_DES_COMPLEMENTS[role] if not c.personnelle)
        self.con.execute(
            f"insert into brut.{role} select rang + ?, ?, ligne, ?, {gardees}, 0 from lot",
            [origine.origine, origine.fichier, origine.date_extraction],
        )
        self.con.unregister("lot")

    def write_persons(self, origine: Provenance, rejetee: bool) -> None:
        """Rows of `lot` into `prive_lignes`."""
        noms = ", ".join(c.nom for c in (*CONTRATS, *self.supplements))
        partiel = " or ".join(f"{c} is not null" for c in IDENTITE)
        alternant = key_sql("idalternant", *(["uaicfa"] if self.portee == "cfa" else []))
        self.con.execute(
            f"""
            insert into prive_lignes
            select
                rang + ?, ?, ?, if(deformee, null, {key_sql("nocontrat")}),
                if(deformee, null, {TRIPLET_SQL}) as cle_triplet, if(deformee, null, {alternant}),
                not deformee and cle_triplet is null and ({partiel}),
                if(cle_triplet is null, null, datenaissance),
                if(cle_triplet is null, null, hash(nom_compare, prenom_compare)),
                lettres,
                {content_sql(noms)}, 0
            from lot
            """,
            [origine.origine, origine.fichier, rejetee],
        )

    def settle(self) -> None:
        """Which rows are one person (definitions §1) and which content is the greater, as integers: `brut.identites`,
        `brut.contrats_rejetes`; what is counted of them, `brut.comptes_identites`.

        `personne_triplet` is null where no part of the triple is there and 0 where it is incomplete; `rang_contenu`
        orders the contents of rows that can be versions of one another; `part_du_numero` tells apart the apprentices
        who share a number, 0 where they do not.
        """
        con = self.con
        identities.settle_persons(con)
        self.rank_contents()
        # The select list the two tables share.
        personnes = """
            case when lignes.triplet is not null then par_triplet.personne when lignes.incomplet then 0 end
                as personne_triplet,
            if(alternants.triplet = lignes.triplet, par_triplet.personne, par_alternant.personne) as personne_alternant,
            lignes.part as part_du_numero
        """
        jointures = """
            from prive_lignes as lignes
            left join prive_personnes as par_triplet
                on par_triplet.cle = lignes.triplet and par_triplet.est_triplet
            left join prive_alternants as alternants on alternants.alternant = lignes.alternant
            left join prive_personnes as par_alternant
                on
                    -- Most identifiers are seen with the triple of their row: nothing to look for.
                    par_alternant.cle = if(
                        alternants.triplet = lignes.triplet, null, coalesce(alternants.triplet, lignes.alternant)
                    )
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
        for role in COLONNES_DES_COMPLEMENTS:
            self.settle_complements(role)
        count_duplicates(con)
        temporaires = con.execute("select table_name from duckdb_tables() where temporary").fetchall()
        con.execute(";".join(f"drop table {table}" for (table,) in temporaires))

    def settle_complements(self, role: str) -> None:
        """Of a number that apprentices share, each line of a follow-up, or of a journal of support, goes to the one it
        names, and is rejected when it names none."""
        con = self.con
        con.execute(
            f"""
            update brut.{role} set part_du_numero = parts.part
            from prive_parts_du_suivi as parts where parts.id_ligne = {role}.id_ligne
            """
        )
        con.execute(
            f"""
            insert into brut.rejets
            select {role}.fichier, fichiers.nom, {role}.ligne, 'nocontrat', null, '{SANS_TITULAIRE}'
            from brut.{role} as {role} inner join brut.fichiers as fichiers using (fichier)
            where {role}.part_du_numero is null
            """
        )
        con.execute(
            f"""
            update brut.fichiers
            set lignes_retenues = lignes_retenues - nombre, lignes_rejetees = lignes_rejetees + nombre
            from (
                select fichier, count(*) as nombre from brut.{role} where part_du_numero is null group by fichier
            ) as sans
            where sans.fichier = fichiers.fichier
            """
        )
        con.execute(f"delete from brut.{role} where part_du_numero is null")

    def rank_contents(self) -> None:
        """`prive_rangs`: rank of the content of the rows that may be versions of one state of a number, those of one
        delivery, or that share it, or that have none, among those whose contents differ; a row without number is
        compared with those of its start, whose employer may be filled later. The others need no rank.
        `brut.memes_valeurs` tells which of their personal values are the same."""
        con = self.con
        con.execute(
            f"""
            create or replace temp table prive_differents as
            with lignes as (
                select contrats.id_ligne, lignes.nocontrat, lignes.part, contrats.date_extraction, contrats.typecontrat
                from brut.contrats as contrats inner join prive_lignes as lignes using (id_ligne)
                where
                    not lignes.rejetee
                    and lignes.nocontrat in (select nocontrat from prive_numeros where a_plusieurs_contenus)
            )
            select id_ligne from lignes qualify part > 0 or {SONT_VERSIONS}
            union all
            select contrats.id_ligne
            from brut.contrats as contrats
            inner join (
                select contrats.datedebutcontrat
                from brut.contrats as contrats inner join prive_lignes as lignes using (id_ligne)
                where contrats.nocontrat is null
                group by contrats.datedebutcontrat having min(lignes.contenu) != max(lignes.contenu)
            ) using (datedebutcontrat)
            where contrats.nocontrat is null
            """
        )
        colonnes = (*CONTRATS, *self.supplements)
        valeurs = [f"personnelles.{c.nom}" if c.personnelle else f"contrats.{c.nom}" for c in CONTRATS]
        valeurs += [f"supplements.{c.nom}" for c in self.supplements]
        tenues = (*((nom, "varchar") for nom in COMPARES), *((c.nom, personal_type(c)) for c in PERSONNELLES))
        con.execute(
            "create or replace temp table prive_personnelles "
            f"(id_ligne bigint, {', '.join(f'{nom} {genre}' for nom, genre in tenues)})"
        )
        for origine, lot in self.personnelles:
            con.register("lot", lot)
            con.execute(
                f"insert into prive_personnelles select rang + ?, {', '.join(nom for nom, _ in tenues)} from lot "
                "where rang + ? in (from prive_differents union all select id_ligne from prive_proches)",
                [origine] * 2,
            )
            con.unregister("lot")
        self.personnelles.clear()
        identities.find_possible_returns(con)
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
        # A value is told by the first row of its number that has it: which are the same, and nothing of what they are.
        comparees = {c.nom: f"{c.nom}_compare" if c.nom in ("nom", "prenom") else c.nom for c in PERSONNELLES}
        premieres = ", ".join(
            f"if({nom} is null, null, min(id_ligne) over (partition by nocontrat, {compare})) as meme_{nom}"
            for nom, compare in comparees.items()
        )
        con.execute(
            f"""
            create table brut.memes_valeurs as
            with versions as (
                select id_ligne, nocontrat
                from prive_differents
                inner join brut.contrats as contrats using (id_ligne)
                qualify nocontrat is null or {SONT_VERSIONS}
            )
            select id_ligne, {premieres}
            from versions
            inner join prive_personnelles as personnelles using (id_ligne)
            """
        )


def key_sql(*colonnes: str) -> str:
    """SQL key of values: 128 bits of hash, null where the first is; two of one key are taken for one."""
    noms = ", ".join(colonnes)
    return f"if({colonnes[0]} is null, null, (hash({noms})::uhugeint << 64) + hash('sel', {noms}))"


def with_letters(lot: pa.Table) -> pa.Table:
    """Rows with the letters of their names, one bit each (`lettres`): the nom's in the low half, the prénom's above."""
    nom, prenom = (letters(lot[colonne].combine_chunks()).astype(np.uint64) for colonne in COMPARES)
    return lot.append_column("lettres", pa.array(nom | prenom << np.uint64(32)))


def letters(noms: pa.Array) -> np.ndarray:
    """The letters (a to z) that each text has, one bit each, 0 where there is none: as many 32-bit integers."""
    if isinstance(noms, pa.DictionaryArray):
        places = noms.indices.fill_null(len(noms.dictionary)).to_numpy(zero_copy_only=False)
        return np.append(letters(noms.dictionary), np.int32(0))[places]
    textes = noms.cast(pa.large_string()).fill_null("")
    bornes = np.frombuffer(textes.buffers()[1], np.int64, len(textes) + 1, 8 * textes.offset)
    pleins = bornes[1:] > bornes[:-1]
    masques = np.zeros(len(textes), np.int32)
    if pleins.any():
        octets = np.frombuffer(textes.buffers()[2], np.uint8)[bornes[0] : bornes[-1]]
        masques[pleins] = np.bitwise_or.reduceat(LETTRES[octets], (bornes[:-1] - bornes[0])[pleins])
    return masques


# Rows of one number may be versions of one state where they are of one delivery, and avenants or not all the same.
SONT_VERSIONS = (
    "count(*) over (partition by nocontrat, date_extraction, coalesce(typecontrat between '31' and '38', false)) > 1"
)
TRIPLET_SQL = (
    f"if({' or '.join(f'{nom} is null' for nom in (*COMPARES, 'datenaissance'))}, null, "
    f"{key_sql(*COMPARES, 'datenaissance')})"
)


def content_sql(noms: str) -> str:
    """SQL of a content: 64 bits of hash of what tells contracts apart, 64 of everything."""
    cle = f"nocontrat, {', '.join(COMPARES)}, datenaissance, datedebutcontrat, siretemployeur"
    return f"(hash({cle})::uhugeint << 64) + hash({noms})"


def personal_type(c: InputColumn) -> str:
    """DuckDB type of a personal column."""
    return "date" if c.type == "naissance" else "varchar"


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
        -- Two rows of one content have one number, or none.
        select fichier, contenu from prive_lignes
        where
            not rejetee
            and fichier in (from brut.fichiers select fichier where not apprenants)
            and (nocontrat is null or nocontrat in (select nocontrat from prive_numeros))
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
