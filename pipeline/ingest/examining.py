"""What the files are, before a run: read and checked as a run does, nothing written, only counts and shapes kept."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from pipeline import formats, paths, privacy, reading
from pipeline.errors import InputError, UsageError
from pipeline.ingest import dates, pages, referentials, rejects
from pipeline.ingest.cleaning import NON_CALCULEE, Cleaned
from pipeline.ingest.loading import (
    OpenFile,
    cfa_codes,
    find_source,
    no_exports,
    start_reading,
)
from pipeline.ingest.referentials import Wordings
from pipeline.ingest.validation import CheckedRows, Checker
from pipeline.inputs import ROLES, InputFolders, Role
from pipeline.reading import Part, SourceField
from pipeline.reading.headers import Header, Wanted
from pipeline.schemas import ACCOMPAGNEMENT, CONTRATS, REFERENTIELS, REFERENTIELS_FACULTATIFS, SUIVI, InputColumn
from pipeline.settings import Settings
from pipeline.strict import Strict

DITES = ("ligne", "colonne", "valeur", "raison")
VALEURS_DITES = 5  # the commonest values of a fault, the commonest unknown codes

# --- What is told: the keys are those of `ruptures examiner --format json` (docs/exports.md) ---------------------


class ValueCount(Strict):
    """A value that may be shown, and how many rows have it."""

    valeur: str
    lignes: int


class Finding(Strict):
    """What is wrong with one column for one reason: in how many rows, the first of them, the commonest values."""

    colonne: str
    raison: str
    lignes: int
    premiere_ligne: int
    valeurs: tuple[ValueCount, ...]


class OutsideReferential(Strict):
    """Values that a referential does not know: rows, distinct values, the commonest."""

    referentiel: str
    lignes: int
    codes: int
    valeurs: tuple[ValueCount, ...]


class ColumnFacts(Strict):
    """A column that is read.

    Attributes:
        entete: as the file writes it.
        formes_dates: shape of dates → rows; None where the column has no dates.
        premiere, derniere: first and last day; None for a personal column.
        hors_referentiel: None where there is nothing to compare with.
    """

    colonne: str
    entete: str
    lignes_remplies: int
    part_remplie: float | None
    formes_dates: dict[str, int] | None
    premiere: date | None
    derniere: date | None
    hors_referentiel: OutsideReferential | None


class Refusal(Strict):
    """Why a file would be refused, where, and what to do."""

    ligne: int | None
    raison: str
    remede: str


class FileFacts(Strict):
    """A file: what it is and what a run would make of it.

    Attributes:
        refus: why a run would refuse it; what follows is then what was learned before.
        format: `deca`, `echange`, `suivi` or `accompagnement`.
        origine_date: where the extraction date comes from.
        colonnes_absentes: known columns that it has not; empty in the exchange layout.
        sans_structure: kept rows whose establishment is in no referential; None where there is none to compare with.
    """

    fichier: str
    role: Role
    octets: int
    refus: Refusal | None = None
    encodage: str | None = None
    octets_etrangers: int = 0
    ligne_etrangere: int | None = None
    separateur: str | None = None
    feuille: str | None = None
    ligne_entete: int | None = None
    format: Literal["deca", "echange", "suivi", "accompagnement"] | None = None
    date_extraction: date | None = None
    origine_date: Literal["config.toml", "nom du fichier", "contenu du fichier"] | None = None
    minuits_utc: int = 0
    depuis_1904: bool = False
    cellules_redecodees: int = 0
    ligne_redecodee: int | None = None
    lignes_litterales: int = 0
    ligne_litterale: int | None = None
    formules: int = 0
    ligne_formule: int | None = None
    lignes_lues: int = 0
    lignes_retenues: int = 0
    lignes_rejetees: int = 0
    contrats: int = 0
    lignes_indecises: int = 0
    lignes_sans_contrat: int = 0
    rejets: tuple[Finding, ...] = ()
    anomalies: tuple[Finding, ...] = ()
    sans_structure: int | None = None
    colonnes: tuple[ColumnFacts, ...] = ()
    colonnes_absentes: tuple[str, ...] = ()
    colonnes_ignorees: tuple[str, ...] = ()


class ReferentialFacts(Strict):
    """The referentials: where they are, those missing that a run needs, why one would be refused, what is doubtful."""

    dossier: str
    absents: tuple[str, ...]
    refus: tuple[str, ...]
    douteux: tuple[str, ...]


class ConfigFault(Strict):
    """A line of `config.toml` that names nothing."""

    ligne: int | None
    message: str


class Conclusion(Strict):
    """All the files together, those of `contrats/` for the rows.

    Attributes:
        part_rejets_max: share of rejected rows beyond which a run stops.
        arret: why a run would stop, apart from the files that it would refuse; None if it would not.
        sans_date: files without extraction date.
        code_sortie: 2, 3 or 0.
    """

    fichiers: int
    fichiers_refuses: int
    lignes_lues: int
    lignes_rejetees: int
    part_rejets_max: float
    arret: str | None
    sans_date: tuple[str, ...]
    configuration: tuple[ConfigFault, ...]
    code_sortie: Literal[0, 2, 3]


class Examination(Strict):
    """All that is told."""

    donnees: str
    referentiels: ReferentialFacts
    fichiers: tuple[FileFacts, ...]
    conclusion: Conclusion


# --- What is compared with ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What the referentials know.

    Attributes:
        valeurs: column of an export → (its referential, the values that it knows); none for a missing one.
        libelles, cfd, uai_des_cfa: what the checks of a run take from them.
    """

    valeurs: dict[str, tuple[str, list[str]]]
    libelles: dict[str, Wordings]
    cfd: frozenset[str]
    uai_des_cfa: dict[str, str]
    faits: ReferentialFacts


def read_known(dossier: Path) -> Known:
    """The referentials of a folder, those that are missing or refused left out and told."""
    refus, douteux, chemins = [], [], dict[str, Path]()
    frames = {nom: referentials.no_rows(nom) for nom in REFERENTIELS}
    lus = set[str]()
    try:
        chemins, douteux = referentials.find_files(dossier)
    except InputError as erreur:
        refus.append(erreur.message)
    for nom, chemin in chemins.items():
        try:
            source = referentials.open_referential(chemin, REFERENTIELS[nom])
            if manque := referentials.lacking_columns(nom, source):
                refus += manque
                continue
            lue = referentials.read_table(nom, source, douteux)
            frames[nom] = referentials.agree_on_wordings(nom, lue, frames)
            lus.add(nom)
        except InputError as erreur:
            refus.append(erreur.message)
    absents = [f"{nom}.csv" for nom in REFERENTIELS if nom not in chemins and nom not in REFERENTIELS_FACULTATIFS]
    try:
        suites = referentials.add_successions(frames, dossier)
    except InputError as erreur:
        refus.append(erreur.message)
        vides = {nom: referentials.no_rows(nom) for nom in ("etablissements", "diplomes")}
        suites = referentials.add_successions(vides, dossier)
    # What others lack would be missing in these too.
    if not refus and not absents:
        try:
            referentials.settle(frames, suites, chemins)
        except InputError as erreur:
            refus.append(erreur.message)
    with duckdb.connect() as con:
        con.execute("create schema ref")
        referentials.write_tables(con, frames | suites)
        codes = {
            colonne: (referentiel, [code for (code,) in con.execute(f"select code from ref.{table}").fetchall()])
            for colonne, referentiel, table in (
                ("uaicfa", "etablissements", "etablissements_par_code"),
                ("siret", "etablissements", "etablissements_par_code"),
                ("codediplome", "diplomes", "diplomes_par_code"),
            )
        }
        uai_des_cfa = cfa_codes(con)
        libelles = referentials.read_wordings(con)
    de_libelles = {"motifexprime": "motifs", "motifvalide": "motifs", "diplomeentree": "diplomes_entree"}
    # Without its referential, a column of wordings is read as it is written, and nothing is unknown.
    libelles = {colonne: dits for colonne, dits in libelles.items() if de_libelles[colonne] in lus}
    valeurs = codes | {colonne: (de_libelles[colonne], [*dits.connus.values()]) for colonne, dits in libelles.items()}
    return Known(
        {colonne: connues for colonne, connues in valeurs.items() if connues[0] in lus},
        libelles,
        frozenset(codes["codediplome"][1]),
        uai_des_cfa,
        ReferentialFacts(
            dossier=str(dossier), absents=tuple(absents), refus=tuple(refus), douteux=tuple(douteux)
        ),
    )  # fmt: skip


# --- A file ------------------------------------------------------------------------------------------------------


def list_files(donnees: InputFolders) -> list[Path]:
    """What is in the folders of `ROLES`, readable or not.

    Raises:
        UsageError: nothing.
    """
    fichiers = [f for role in ROLES for f in reading.list_inputs(donnees.dossier / role)]
    if not fichiers:
        raise no_exports(donnees)
    return fichiers


def find_role(chemin: Path, reglages: Settings) -> Role:
    """The role of a file wherever it is: its folder's; else that of a journal, or of a follow-up, where its header has
    what these need and no column of an export; else `contrats`."""
    for role in ROLES:
        if chemin.parent.name == role:
            return role
    autres: tuple[tuple[Role, tuple[InputColumn, ...]], ...] = (("accompagnement", ACCOMPAGNEMENT), ("suivi", SUIVI))
    for role, colonnes in autres:
        try:
            reading.check_kind(chemin)
            reglage = reglages.fichier(f"{role}/{chemin.name}")
            entete = reading.open_source(chemin, colonnes, reglages.colonnes, reglage=reglage).entete
        except InputError:
            continue
        de_contrats = tuple(c for c in CONTRATS if c.nom not in {sienne.nom for sienne in colonnes})
        if not Wanted(de_contrats, reglages.colonnes, None).count(entete.champs):
            return role
    return "contrats"


def examine_file(
    chemin: Path, nom: str, role: Role, reglages: Settings, connu: Known
) -> tuple[FileFacts, OpenFile | None]:
    """(what a run would make of a file, the file once read, unless it cannot be); `nom` is what it is called."""
    octets = chemin.stat().st_size if chemin.is_file() else 0
    ouvert, releve, refus = None, Tallies(connu), None
    try:
        reading.check_kind(chemin)
        source = find_source(chemin, role, reglages)
        ouvert = start_reading(source, role, reglages, connu.libelles, connu.cfd, connu.uai_des_cfa)
        for part, checker in ouvert.parts():
            ouvert.count(part, releve.add(part, checker))
        if not pages.is_page(source):
            pages.check_pages([(source, ouvert.extraction)])
    except InputError as erreur:
        refus = Refusal(ligne=erreur.ligne, raison=erreur.quoi, remede=erreur.faire)
    if ouvert is None:
        return FileFacts(fichier=nom, role=role, octets=octets, refus=refus), None
    if reglages.fichier(f"{role}/{chemin.name}").date_extraction is not None:
        origine = "config.toml"
    else:
        origine = "nom du fichier" if reading.extraction_date(chemin.name) else "contenu du fichier"
    source, compte = ouvert.source, ouvert.compte
    redecodees, ligne_redecodee = ouvert.redecoded()
    rejets, anomalies = findings(releve.rejets), findings(releve.anomalies)
    formules = [faute for faute in (*rejets, *anomalies) if faute.raison == NON_CALCULEE]
    faits = FileFacts(
        fichier=nom,
        role=role,
        octets=octets,
        refus=refus,
        encodage=source.encodage,
        octets_etrangers=source.etrangers.nombre,
        ligne_etrangere=source.etrangers.ligne or None,
        separateur=source.entete.separateur or None,
        feuille=source.feuille,
        ligne_entete=source.entete.ligne,
        format=role if role != "contrats" else "echange" if source.entete.apprenants else "deca",
        date_extraction=ouvert.extraction,
        origine_date=None if ouvert.extraction is None else origine,
        minuits_utc=ouvert.minuits,
        depuis_1904=source.depuis_1904,
        cellules_redecodees=redecodees,
        ligne_redecodee=ligne_redecodee,
        lignes_litterales=len(compte.litterales),
        ligne_litterale=min(compte.litterales, default=None),
        formules=sum(faute.lignes for faute in formules),
        ligne_formule=min((faute.premiere_ligne for faute in formules), default=None),
        lignes_lues=compte.lues,
        lignes_retenues=compte.lues - compte.rejetees,
        lignes_rejetees=compte.rejetees,
        lignes_indecises=releve.indecises,
        contrats=compte.contrats if role == "contrats" else 0,
        lignes_sans_contrat=compte.sans_contrat,
        rejets=rejets,
        anomalies=anomalies,
        sans_structure=releve.sans_structure,
        colonnes=tuple(colonne.facts(compte.lues) for colonne in releve.colonnes.values()),
        colonnes_absentes=absent_columns(ouvert),
        colonnes_ignorees=ouvert.headers_unread(),
    )
    return faits, ouvert


def absent_columns(ouvert: OpenFile) -> tuple[str, ...]:
    """Known columns that a file has not, in any of its headers."""
    if ouvert.source.entete.apprenants:
        return ()
    lues = ouvert.columns_read()
    return tuple(c.nom for c in ouvert.checkers[0].colonnes if c.nom not in lues)


@dataclass
class ColumnTally:
    """What is learned of a column as parts go by; `tue` where none of its values may be told."""

    colonne: str
    entete: str
    remplies: int = 0
    formes: Counter[str] | None = None
    jours: list[date] = field(default_factory=list)
    referentiel: str | None = None
    tue: bool = False
    inconnus: Counter[str] = field(default_factory=Counter)

    def facts(self, lues: int) -> ColumnFacts:
        """What is told of it, of so many rows."""
        dehors = None
        if self.referentiel is not None:
            dehors = OutsideReferential(
                referentiel=f"{self.referentiel}.csv",
                lignes=self.inconnus.total(),
                codes=len(self.inconnus),
                valeurs=() if self.tue else shown_values(self.inconnus),
            )
        return ColumnFacts(
            colonne=self.colonne,
            entete=self.entete,
            lignes_remplies=self.remplies,
            part_remplie=self.remplies / lues if lues else None,
            formes_dates=None if self.formes is None else dict(self.formes.most_common()),
            premiere=min(self.jours, default=None),
            derniere=max(self.jours, default=None),
            hors_referentiel=dehors,
        )


@functools.cache
def formulas() -> duckdb.DuckDBPyConnection:
    """A database of the project's formulas and nothing else: a file takes less time than they do."""
    con = duckdb.connect()
    con.execute((paths.SQL / "macros.sql").read_text(encoding="utf-8"))
    return con


class Tallies:
    """What is learned of a file as its parts go by.

    Attributes:
        rejets, anomalies: a frame a part: colonne, raison, valeur, lignes, premiere.
    """

    def __init__(self, connu: Known):
        self.connu = connu
        self.con = formulas().cursor()
        self.colonnes: dict[str, ColumnTally] = {}
        self.rejets: list[pl.DataFrame] = []
        self.anomalies: list[pl.DataFrame] = []
        self.indecises = 0
        self.sans_structure: int | None = None

    def add(self, part: Part, checker: Checker) -> CheckedRows:
        """Check a part and count what is in it. Returns its rows."""
        part = checker.fill_in(part)
        nettes = checker.clean_fields(part)
        rows = checker.check(part, nettes)
        anomalies = rows.anomalies.select(*DITES, "forme")
        if checker.identite:
            anomalies = pl.concat([anomalies, *(self.far_ruptures(table) for table in rows.retenues)])
        self.indecises += anomalies.filter(pl.col("forme").is_not_null())["ligne"].n_unique()
        for (nom, index), nette in nettes.items():
            self.add_column(nom, part.champs[index], nette, self.tally(nom, index, checker.source.entete), checker)
        for frames, fautes in ((self.rejets, rows.rejets), (self.anomalies, anomalies)):
            frames.append(
                fautes.group_by("colonne", "raison", "valeur").agg(
                    pl.len().alias("lignes"), pl.col("ligne").min().alias("premiere")
                )
            )
        if checker.identite and {"uaicfa", "siret"} <= self.connu.valeurs.keys():
            inconnues = sum(self.unknown_structures(table) for table in rows.retenues)
            self.sans_structure = (self.sans_structure or 0) + inconnues
        return rows

    def tally(self, nom: str, index: int, entete: Header) -> ColumnTally:
        """That of a column, begun where it is met."""
        colonne = entete.label(nom, index)
        return self.colonnes.setdefault(colonne, ColumnTally(colonne, entete.champs[index].strip()))

    def add_column(self, nom: str, champ: SourceField, nette: Cleaned, tally: ColumnTally, checker: Checker) -> None:
        """Count the texts of a column, each as many times as rows have it."""
        nombres = occurrences(champ)
        tally.remplies += int(nombres[nette.nets.is_not_null().to_numpy()].sum())
        declaree = checker.declarees[nom]
        if declaree.type in ("date", "naissance"):
            formes = dates.shapes_read(nette.nets, checker.ecriture)
            tally.formes = (tally.formes or Counter()) + weighted(formes, nombres)
            if not declaree.personnelle:
                jours = nette.types.filter(pl.Series(nombres > 0)).drop_nulls()
                tally.jours += [jours.min(), jours.max()] if len(jours) else []  # type: ignore[list-item] (days)
        if nom in self.connu.valeurs:
            tally.referentiel, connues = self.connu.valeurs[nom]
            inconnus = nette.types.is_not_null() & ~nette.types.is_in(connues)
            # Texts that a wording replaces are counted; they may name somebody.
            tally.tue = nom in self.connu.libelles and self.connu.libelles[nom].autre is not None
            textes = nette.nets if tally.tue else nette.types
            tally.inconnus += weighted(textes.filter(inconnus), nombres[inconnus.fill_null(False).to_numpy()])

    def far_ruptures(self, table: pa.Table) -> pl.DataFrame:
        """The ruptures that are too far from the dates of their own row; a run holds them against those of their
        contract."""
        self.con.register("lignes", table)
        lues = self.con.sql(
            """
            select ligne, rupture.colonne, rupture.jour::varchar as valeur
            from (
                select
                    *,
                    if(
                        dateeffetrupture is not null,
                        { 'colonne': 'dateeffetrupture', 'jour': dateeffetrupture },
                        {
                            'colonne': 'datesignalementrupture',
                            'jour': if(statut = 'Rompu', datesignalementrupture, null)
                        }
                    ) as rupture
                from lignes
            )
            where not rupture_lisible(rupture.jour, datedebutcontrat, datefincontrat, rupture_avant_debut)
            """
        ).to_arrow_table()
        lointaines = pl.DataFrame(pl.from_arrow(lues))
        return lointaines.with_columns(raison=pl.lit(rejects.RUPTURE_ELOIGNEE), forme=pl.lit(rejects.FORME_DE_JOUR))

    def unknown_structures(self, table: pa.Table) -> int:
        """Rows whose establishment is neither known by its SIRET nor by the UAI of its CFA."""
        cles = ("siret", "uaicfa")
        frame = pl.DataFrame(pl.from_arrow(table.select(cles))).with_columns(pl.all().cast(pl.String))
        inconnue = (~pl.col(cle).is_in(self.connu.valeurs[cle][1]).fill_null(False) for cle in cles)
        return frame.filter(pl.all_horizontal(inconnue)).height


def occurrences(champ: SourceField) -> np.ndarray:
    """How many rows have each text of a column."""
    if champ.places is None:
        return np.ones(len(champ.textes), dtype=np.int64)
    return np.bincount(champ.places.to_numpy(), minlength=len(champ.textes))


def weighted(textes: pl.Series, nombres: np.ndarray) -> Counter[str]:
    """Each text and how many rows have it."""
    comptes = (
        pl.DataFrame({"texte": textes, "lignes": nombres})
        .filter(pl.col("texte").is_not_null() & (pl.col("lignes") > 0))
        .group_by("texte").agg(pl.col("lignes").sum())
    )  # fmt: skip
    return Counter(dict(comptes.iter_rows()))


def shown_values(comptes: Counter[str]) -> tuple[ValueCount, ...]:
    """The commonest values that may be shown."""
    montrees = privacy.shown(pl.Series([*comptes], dtype=pl.String)).drop_nulls()
    return commonest(Counter({valeur: comptes[valeur] for valeur in montrees}))


def commonest(comptes: Counter[str]) -> tuple[ValueCount, ...]:
    """The commonest values, those of one count in their order."""
    dites = sorted(comptes.items(), key=lambda compte: (-compte[1], compte[0]))[:VALEURS_DITES]
    return tuple(ValueCount(valeur=valeur, lignes=lignes) for valeur, lignes in dites)


def findings(frames: list[pl.DataFrame]) -> tuple[Finding, ...]:
    """The faults of a file, the commonest first; the values in the frames may be shown."""
    if not frames:
        return ()
    fautes = pl.concat(frames).group_by("colonne", "raison", "valeur").agg(
        pl.col("lignes").sum(), pl.col("premiere").min()
    )  # fmt: skip
    reunies = fautes.group_by("colonne", "raison").agg(pl.col("lignes").sum(), pl.col("premiere").min())
    return tuple(
        Finding(
            colonne=colonne,
            raison=raison,
            lignes=lignes,
            premiere_ligne=premiere,
            valeurs=commonest(
                Counter(
                    dict(
                        fautes.filter(
                            (pl.col("colonne") == colonne) & (pl.col("raison") == raison)
                            & pl.col("valeur").is_not_null()
                        ).select("valeur", "lignes").iter_rows()
                    )
                )
            ),
        )
        for colonne, raison, lignes, premiere in reunies.sort(
            "lignes", "premiere", "colonne", "raison", descending=[True, False, False, False]
        ).iter_rows()
    )  # fmt: skip


# --- All of them -------------------------------------------------------------------------------------------------


def examine(
    donnees: InputFolders,
    fichiers: Sequence[Path],
    reglages: Settings,
    avant: Callable[[str], object] = lambda _: None,
    apres: Callable[[FileFacts], object] = lambda _: None,
) -> Examination:
    """Those files, else all those of the folder; `avant` is told of each before it is read, `apres` then.

    Raises:
        UsageError: there is no file.
    """
    connu = read_known(donnees.referentiels)
    faits: list[FileFacts] = []
    ouverts: list[OpenFile] = []
    for chemin in fichiers or list_files(donnees):
        nom = str(chemin) if fichiers else f"{chemin.parent.name}/{chemin.name}"
        avant(nom)
        fait, ouvert = examine_file(chemin, nom, find_role(chemin, reglages), reglages, connu)
        faits.append(fait)
        ouverts += [] if ouvert is None else [ouvert]
        apres(fait)
    # A file whose header could not be read may be the one that has what no other has.
    tous_lus = all(fait.ligne_entete is not None for fait in faits)
    noms = [
        *(f"{fait.role}/{Path(fait.fichier).name}" for fait in faits),
        *(f"{role}/{f.name}" for role in ROLES for f in reading.list_inputs(donnees.dossier / role)),
    ]
    entetes = [entete for ouvert in ouverts for entete in ouvert.headers()]
    ignorees = [entete for fait in faits for entete in fait.colonnes_ignorees]
    fautes = reglages.unknown_files(noms) + (reglages.unknown_headers(entetes, ignorees) if tous_lus else [])
    return Examination(
        donnees=str(donnees.dossier),
        referentiels=connu.faits,
        fichiers=tuple(faits),
        conclusion=conclude(faits, fautes, not fichiers, pages_missing(ouverts), reglages, connu),
    )


def pages_missing(ouverts: list[OpenFile]) -> list[str]:
    """Why the pages of an extraction, which are perhaps elsewhere where the files are not all, would stop a run."""
    try:
        pages.check_pages((o.source, o.extraction) for o in ouverts if pages.is_page(o.source))
    except InputError as erreur:
        return [f"{Path(str(erreur.ou)).parent.name}/ : {erreur.quoi}"]
    return []


def losses(faits: list[FileFacts], role: Role) -> rejects.Losses:
    """The rows of one of `ROLES` that a run could not use."""
    lus = [fichier for fichier in faits if fichier.role == role and fichier.refus is None]
    return rejects.Losses(
        sum(f.lignes_lues for f in lus), sum(f.lignes_rejetees for f in lus), sum(f.lignes_indecises for f in lus)
    )


def conclude(
    faits: list[FileFacts], fautes: list[UsageError], tout: bool, absentes: list[str], reglages: Settings, connu: Known
) -> Conclusion:
    """What a run would make of them together; where they are not all (`tout`), what `config.toml` names may be
    elsewhere, and the pages that are missing (`absentes`)."""
    refuses = sum(fichier.refus is not None for fichier in faits)
    part_max, arrets = reglages.ingestion.part_rejets_max, absentes if tout else []
    toutes = {role: losses(faits, role) for role in ROLES}
    lues, rejetees = toutes["contrats"].lues, toutes["contrats"].rejetees
    for role, pertes in toutes.items():
        lus = [f for f in faits if f.role == role and f.refus is None]
        if role == "contrats" and lus and not pertes.lues:
            arrets.append("les exports n'ont aucune ligne")
        elif lus and (pertes.are_many(part_max) or (role == "contrats" and rejetees == lues)):
            arrets.append(f"{role}/ : {pertes} sur {formats.entier(pertes.lues)}")
        if len({f.date_extraction is None for f in lus}) > 1:
            arrets.append(f"{role}/ : des fichiers sans date d'extraction, à côté d'autres qui en ont une")
    arret = " ; ".join(arrets) or None
    refusee = bool(refuses or arret or connu.faits.refus)
    return Conclusion(
        fichiers=len(faits),
        fichiers_refuses=refuses,
        lignes_lues=lues,
        lignes_rejetees=rejetees,
        part_rejets_max=part_max,
        arret=arret,
        sans_date=tuple(f.fichier for f in faits if f.refus is None and f.date_extraction is None),
        configuration=tuple(ConfigFault(ligne=faute.ligne, message=faute.quoi) for faute in fautes),
        code_sortie=2 if fautes and tout else 3 if refusee else 0,
    )
