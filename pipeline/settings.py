"""`config.toml` → frozen models. Every setting of a network is here; nothing else is configurable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, model_validator

from pipeline import __version__, details, upgrading
from pipeline.branding import CONTRASTE_MIN, contrast, read_logo
from pipeline.errors import UsageError, closest
from pipeline.glossary import read_glossary
from pipeline.paths import SQL
from pipeline.schemas import CONTRATS, InputColumn, header_key
from pipeline.strict import Strict, find_line, read_toml

GLOSSAIRE = SQL / "glossaire.toml"
# The chapters of the shipped breakdowns: `config.toml` orders and names them, and drops those that it does not list.
CHAPITRES_LIVRES = (
    "structures", "diplomes", "metiers", "parcours", "employeurs", "motifs", "calendrier", "periodes", "suites", "cout",
    "definitions", "objectifs",
)  # fmt: skip


def check_annee(nom: str) -> str:
    """A training year is written `2021-2022`. Raises ValueError otherwise."""
    trouve = re.fullmatch(r"(\d{4})-(\d{4})", nom)
    if not trouve or int(trouve[2]) != int(trouve[1]) + 1:
        raise ValueError(f"« {nom} » n'est pas une année de formation ; elle s'écrit 2021-2022")
    return nom


def check_jour_mois(texte: str) -> str:
    """A month and a day of every year, `08-15`. Raises ValueError otherwise (29 February included)."""
    if not re.fullmatch(r"\d{2}-\d{2}", texte):
        raise ValueError(f"« {texte} » n'est pas un jour de l'année ; il s'écrit mois-jour, par exemple 08-15")
    date.fromisoformat(f"2001-{texte}")
    return texte


def check_couleur(texte: str) -> str:
    """A colour that white stands out on, `#2b6396`. Raises ValueError otherwise."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", texte):
        raise ValueError(f"« {texte} » n'est pas une couleur ; elle s'écrit #2b6396")
    if (contraste := contrast(texte, "#ffffff")) < CONTRASTE_MIN:
        lu, voulu = (f"{valeur:.1f}".replace(".", ",") for valeur in (contraste, CONTRASTE_MIN))
        raise ValueError(
            f"« {texte} » est trop claire pour être lue sur du blanc (contraste de {lu}, il en faut {voulu})"
        )
    return texte.lower()


Version = Annotated[str, Field(pattern=r"^\d+(\.\d+)*$")]
Annee = Annotated[str, AfterValidator(check_annee)]
JourMois = Annotated[str, AfterValidator(check_jour_mois)]
Couleur = Annotated[str, AfterValidator(check_couleur)]


NomDeColonne = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
TypeDeSupplement = Literal["texte", "code", "numero", "date", "entier", "decimal", "booleen"]


class NetworkSettings(Strict):
    """The network the report is written for."""

    nom: str = Field(min_length=1)
    territoire: str = Field(min_length=1)
    source: str = Field(min_length=1)


class YearSettings(Strict):
    """Windows of the training years (definitions §2)."""

    fin: JourMois = "08-15"
    fins: dict[Annee, date] = Field(default_factory=dict)
    premiere: Annee | None = None

    @model_validator(mode="after")
    def ends_are_in_their_years(self) -> YearSettings:
        """Windows follow one another: each ends in the second calendar year of its name."""
        for annee, fin in self.fins.items():
            if fin.year != int(annee[5:]):
                raise ValueError(f"la fin de {annee} est un jour de {annee[5:]}, et non le {fin:%d/%m/%Y}")
        return self

    def fin_annee(self, annee: str) -> date:
        """Last day of the window of `annee`."""
        return self.fins.get(annee) or date.fromisoformat(f"{annee[5:]}-{self.fin}")

    def debut(self, annee: str) -> date:
        """First day of the window: the day after the previous window's end."""
        precedente = f"{int(annee[:4]) - 1}-{annee[:4]}"
        return self.fin_annee(precedente) + timedelta(days=1)


class PeriodSettings(Strict):
    """The one period that is a proxy and may be set (definitions §4)."""

    essai_mois: int = Field(default=2, ge=0, le=24)


class IngestionSettings(Strict):
    """What stops a run that reads too many bad rows."""

    part_rejets_max: float = Field(default=0.01, ge=0, le=1)


class IdentitySettings(Strict):
    """Within what an `idalternant` is one person's: the whole run, or one CFA."""

    portee: Literal["reseau", "cfa"] = "reseau"


class BreakdownSettings(Strict):
    """What keeps a breakdown from running for ever, or out of the edition.

    Attributes:
        duree_max: seconds that one breakdown, or one check, may take.
        exclues: names of breakdowns that are not published, `*` for any letters.
    """

    duree_max: int = Field(default=60, ge=1)
    exclues: tuple[Annotated[str, Field(min_length=1)], ...] = ()


class FileSettings(Strict):
    """What is known of one file of `contrats/`, `suivi/` or `accompagnement/` beforehand, and is then not looked for in
    it.

    Attributes:
        dates: order of the dates with slashes; nothing in a file can tell one from the other.
        feuille: sheet of a workbook.
    """

    date_extraction: date | None = None
    dates: Literal["jour/mois", "mois/jour"] = "jour/mois"
    encodage: Literal["utf-8", "cp1252", "utf-16-le", "utf-16-be"] | None = None
    separateur: Literal[";", ",", "\t", "|"] | None = None
    feuille: str | None = None


def as_fichier(valeur: object) -> object:
    """A date alone is an extraction date."""
    return {"date_extraction": valeur} if isinstance(valeur, date) else valeur


class PresentationSettings(Strict):
    """How the report presents the network; paths are from the folder of `config.toml`.

    Attributes:
        textes: folder of the network's own words, which win over the project's.
        logo: SVG or PNG file of the cover.
        couleur: of titles, rules and the cover.
        contact: line of the cover that says whom to write to.
        destinataires, destinataires_cfa: who may read the network's report, and a CFA's.
        comparees_a: the editions that the report says what changed since, by name or folder.
    """

    textes: str | None = Field(default=None, min_length=1)
    logo: str | None = Field(default=None, min_length=1)
    couleur: Couleur = "#2b6396"
    contact: str | None = Field(default=None, min_length=1)
    destinataires: str = Field(default="la direction du réseau et celles de ses CFA", min_length=1)
    destinataires_cfa: str = Field(default="la direction du réseau et celle du CFA", min_length=1)
    comparees_a: tuple[str, ...] = ()


class PublicationSettings(Strict):
    """What the public edition says of itself, and how it is protected (`--profil externe`).

    Attributes:
        licence: under which it may be used again, as its data package names it ("CC-BY-4.0"); none is assumed.
        contact: whom the public writes to; that of the report where there is none.
        editions_precedentes: folders of public editions that are not among those of the project any more, from that of
            `config.toml`.
        arrondi: what counts are rounded to where there are too many to be audited.
    """

    licence: str | None = Field(default=None, min_length=1)
    contact: str | None = Field(default=None, min_length=1)
    editions_precedentes: tuple[str, ...] = ()
    arrondi: int = Field(default=5, ge=3)


class Section(Strict):
    """A chapter of the report; breakdowns name it in their header."""

    cle: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    titre: str = Field(min_length=1)


class Settings(Strict):
    """The whole of `config.toml`.

    Attributes:
        version: the version of the tool that it was written for.
        fichiers: name of a file, with its folder or not → what is known of it.
        colonnes: column of ours → its header in another tool's files.
        colonnes_supplementaires: column that we did not foresee, declared non-personal → its type.
    """

    version: Version | None = None
    reseau: NetworkSettings
    annees: YearSettings = YearSettings()
    periodes: PeriodSettings = PeriodSettings()
    ingestion: IngestionSettings = IngestionSettings()
    identites: IdentitySettings = IdentitySettings()
    ventilations: BreakdownSettings = BreakdownSettings()
    presentation: PresentationSettings = PresentationSettings()
    publication: PublicationSettings = PublicationSettings()
    fichiers: dict[str, Annotated[FileSettings, BeforeValidator(as_fichier)]] = Field(default_factory=dict)
    colonnes: dict[str, str] = Field(default_factory=dict)
    colonnes_supplementaires: dict[NomDeColonne, TypeDeSupplement] = Field(default_factory=dict)
    sections: tuple[Section, ...]
    # Not a setting, and not in the manifest: it would say where on which machine.
    _chemin: Path = PrivateAttr(default=Path("config.toml"))

    @property
    def chemin(self) -> Path:
        """The file that they were read from."""
        return self._chemin

    def beside(self, nom: str) -> Path:
        """A path that `config.toml` says, from the folder it is in."""
        return self._chemin.resolve().parent / nom

    @property
    def supplements(self) -> tuple[InputColumn, ...]:
        """The columns of `colonnes_supplementaires`, by name."""
        return tuple(InputColumn(nom, genre) for nom, genre in sorted(self.colonnes_supplementaires.items()))

    def fichier(self, nom: str) -> FileSettings:
        """What is known of a file named `contrats/x.csv`; systems do not all compose accents alike."""
        dits = {composed(dit): reglage for dit, reglage in self.fichiers.items()}
        nom = composed(nom)
        return dits.get(nom) or dits.get(nom.rsplit("/", 1)[-1]) or FileSettings()

    def check_files(self, noms: Iterable[str]) -> None:
        """Raises UsageError when `[fichiers]` speaks of a file that is none of those, named `contrats/x.csv`."""
        for faute in self.unknown_files(noms):
            raise faute

    def unknown_files(self, noms: Iterable[str]) -> list[UsageError]:
        """What is wrong with `[fichiers]`: each file that it speaks of and that is none of those."""
        lus = list(map(composed, noms))
        connus = {*lus, *(nom.rsplit("/", 1)[-1] for nom in lus)}
        return [
            UsageError(
                f"[fichiers] : aucun fichier ne s'appelle « {dit} »{closest(dit, sorted(connus))}",
                ou=self._chemin,
                ligne=find_line(self._chemin, [dit]),
                faire="Corrigez ce nom, ou retirez la ligne : elle ne règle rien.",
            )
            for dit in self.fichiers
            if composed(dit) not in connus
        ]

    def outdated(self) -> str:
        """That the tool has changed since they were written, and what says how; '' where it has not."""
        if self.version is None or not upgrading.since(self.version):
            return ""
        return (
            f"{self._chemin} est écrit pour la version {self.version} de l'outil, en {__version__} : ruptures "
            "mise-a-jour dit ce qui a changé."
        )

    def unknown_headers(self, entetes: Iterable[str], proposables: Iterable[str]) -> list[UsageError]:
        """What is wrong with `[colonnes]`: each header that is none of these, with the nearest of those that may be
        proposed."""
        cles, proposables = {header_key(entete) for entete in entetes}, list(proposables)
        return [
            UsageError(
                f"[colonnes] : aucun fichier lu n'a l'en-tête « {entete} » ({nom}){closest(entete, proposables)}",
                ou=self._chemin,
                ligne=find_line(self._chemin, ["colonnes", nom]),
                faire="Corrigez cet en-tête, ou retirez la ligne : elle ne règle rien.",
            )
            for nom, entete in self.colonnes.items()
            if header_key(entete) not in cles
        ]

    def check_headers(self, entetes: Iterable[str]) -> None:
        """Raises UsageError when `[colonnes]` or `[colonnes_supplementaires]` speaks of a header that is none of those
        of the files."""
        from pipeline import privacy  # noqa: PLC0415 (it imports what few verbs need)

        lus = list(dict.fromkeys(entetes))
        cles = {header_key(lu) for lu in lus}
        personnelles = {c.nom for c in CONTRATS if c.personnelle}
        dits = [("colonnes", nom, entete) for nom, entete in self.colonnes.items()]
        propres = [nom for nom in self.colonnes_supplementaires if nom not in self.colonnes]
        dits += [("colonnes_supplementaires", nom, nom) for nom in propres]
        for table, nom, entete in dits:
            if header_key(entete) in cles:
                continue
            montrables = [lu for lu in lus if privacy.header_shown(lu) == lu]
            proches = [lu for lu in montrables if nom in personnelles or not privacy.names_person(lu)]
            raise UsageError(
                f"[{table}] {nom} : aucun fichier n'a l'en-tête « {entete} »{closest(entete, proches)}",
                ou=self._chemin,
                ligne=find_line(self._chemin, [nom]),
                faire="Corrigez cet en-tête, ou retirez la ligne : elle ne règle rien.",
            )


def composed(nom: str) -> str:
    """A file name in one Unicode form."""
    return unicodedata.normalize("NFC", nom)


def load_settings(chemin: Path) -> Settings:
    """Settings read from a TOML file.

    Raises:
        UsageError: file absent, unreadable, not TOML, or a key or value that is not ours.
    """
    details.tell(f"réglages {chemin}")
    reglages = read_toml(
        chemin, Settings, "configuration", "Indiquez un fichier existant avec --config.", upgrading.old_keys
    )
    reglages._chemin = chemin
    check_columns(reglages, chemin)
    check_presentation(reglages, chemin)
    return reglages


def check_presentation(reglages: Settings, chemin: Path) -> None:
    """Raises UsageError when the folder of texts or the logo is missing, or the logo cannot be printed as it is."""
    presentation, quoi = reglages.presentation, {}
    if presentation.textes is not None and not reglages.beside(presentation.textes).is_dir():
        quoi["textes"] = f"dossier introuvable : {presentation.textes}"
    if presentation.logo is not None:
        try:
            read_logo(reglages.beside(presentation.logo))
        except ValueError as erreur:
            quoi["logo"] = str(erreur)
    for cle, faute in quoi.items():
        raise UsageError(
            f"[presentation] {cle} : {faute}",
            ou=chemin,
            ligne=find_line(chemin, ["presentation", cle]),
            faire="Corrigez ce chemin, qui part du dossier de ce fichier, ou ce qu'il désigne.",
        )


def reserved_words() -> set[str]:
    """The words that SQL keeps for itself: no column is called so."""
    import duckdb  # noqa: PLC0415 (for settings that name columns only)

    with duckdb.connect() as con:
        mots = con.execute("select keyword_name from duckdb_keywords() where keyword_category = 'reserved'").fetchall()
    return {mot for (mot,) in mots}


def check_columns(reglages: Settings, chemin: Path) -> None:
    """Raises UsageError when `colonnes` renames what is no column, or a supplementary column has a name of ours."""
    connues = [c.nom for c in CONTRATS]
    reserves = {*connues, *read_glossary(GLOSSAIRE).colonnes} if reglages.colonnes_supplementaires else set()
    mots = reserved_words() if reglages.colonnes_supplementaires else set()
    for nom in reglages.colonnes_supplementaires:
        if nom in reserves or nom in mots:
            est = "est déjà une colonne du projet" if nom in reserves else "est un mot du SQL"
            raise UsageError(
                f"[colonnes_supplementaires] : « {nom} » {est}",
                ou=chemin,
                ligne=find_line(chemin, ["colonnes_supplementaires", nom]),
                faire="Donnez-lui un autre nom, et l'en-tête de vos fichiers dans [colonnes].",
            )
    for nom in reglages.colonnes:
        if nom not in (*connues, *reglages.colonnes_supplementaires):
            raise UsageError(
                f"[colonnes] : colonne inconnue « {nom} »{closest(nom, connues)}",
                ou=chemin,
                ligne=find_line(chemin, ["colonnes", nom]),
                faire="À gauche du signe égal, le nom de notre colonne ; à droite, l'en-tête de vos fichiers.",
            )
