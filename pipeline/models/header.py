"""What may be declared in the header of a .sql file, and what its keys ask of one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from pipeline.errors import closest
from pipeline.formats import FORMATS, NUMERIQUES
from pipeline.models.chart_header import FORMATS_DU_ROLE, AnyChart, Noms, Texte, needs
from pipeline.strict import KeyPath, Strict

Format = Literal[
    "texte", "entier", "decimal", "euros", "pourcentage", "taux", "borne", "repere", "date", "mois", "periode"
]
Place = Literal["corps", "annexe", "cfa"]
assert set(FORMATS) == set(Format.__args__)  # type: ignore[attr-defined]
COLONNES_MAX = 12  # printed side by side on a page
AJOUTEES = {"evolution": 3, "comparaison": 2}  # columns printed beside those of the header
# What the result has for them, beside what they name.
LUES_PAR_COMPARAISON = ("effectif", "taux_rupture_nette", "taux_bas", "taux_haut", "fiabilite")
LUES_PAR_EVOLUTION = ("ruptures_nettes", *LUES_PAR_COMPARAISON)
# Its totals are those that every breakdown is held to.
TOTAUX = "core.ruptures_nettes_par_annee"
HeaderFault = tuple[KeyPath, str, str]  # where in the header, what, what to do


class PrintedColumn(Strict):
    """A printed column: its label and how its values are written."""

    libelle: Texte
    format: Format = "texte"


class EqualSum(Strict):
    """The column adds up, for each value of `par`, to the same column of `total`; an empty value is a fault unless
    `vides` says that it stands for nothing."""

    colonne: Texte
    par: Texte
    total: Texte
    vides: bool = False


class Relation(Strict):
    """Every value of the column is in the column `cle` of `table` (by default of the same name)."""

    colonne: Texte
    table: Texte
    cle: Texte | None = None


class Between(Strict):
    """The values of the column, where it has one, are between `min` and `max`, both included."""

    colonne: Texte
    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def has_a_bound(self) -> Between:
        if self.min is None and self.max is None:
            raise ValueError("il faut min, max, ou les deux")
        return self


class DeclaredCheck(Strict):
    """One declared check; exactly one of the kinds is given."""

    unique: Noms | None = None
    non_nul: Noms | None = None
    valeurs: dict[str, Noms] | None = None
    relation: Relation | None = None
    entre: Between | None = None
    expression: Texte | None = None
    somme_egale: EqualSum | None = None

    @model_validator(mode="after")
    def is_one(self) -> DeclaredCheck:
        if sum(valeur is not None for _, valeur in self) != 1:
            raise ValueError(f"il faut un contrôle par tiret, parmi {', '.join(DeclaredCheck.model_fields)}")
        return self

    @property
    def genre(self) -> str:
        """The name of its kind."""
        return next(nom for nom, valeur in self if valeur is not None)

    @property
    def colonnes(self) -> tuple[str, ...]:
        """The columns of the model that it names."""
        match getattr(self, self.genre):
            case tuple() as noms:
                return noms
            case dict() as valeurs:
                return tuple(valeurs)
            case Relation() | Between() as regle:
                return (regle.colonne,)
            case EqualSum() as somme:
                return (somme.colonne, somme.par)
        return ()


class Pivot(Strict):
    """A crossed table: one row a value of `lignes`, one column a value of `colonnes`, `valeur` in the cells; with
    `part`, the share of its row beside each count."""

    lignes: Texte
    colonnes: Texte
    valeur: Texte
    part: Literal["lignes"] | None = None


class Minimum(Strict):
    """Rows whose `colonne` is under `valeur` are printed together, as one."""

    colonne: Texte
    valeur: int = Field(ge=1)


class ComparisonSpec(Strict):
    """Rows held against all of them: what was observed in each, what was expected of its apprentices; in the words of a
    sentence, what the rows are (`unites`, a plural) and what is allowed for in what is expected (`compte_tenu`)."""

    observees: Texte
    attendues: Texte
    unites: Texte
    compte_tenu: Texte


class ModelHeader(Strict):
    """Header of a model of `staging/` or `core/`: its grain in one sentence, its checks, and what its columns are
    where the glossary does not say it."""

    description: Texte
    descriptions: dict[str, Texte] = Field(default_factory=dict)
    controles: tuple[DeclaredCheck, ...] = ()


class BreakdownHeader(ModelHeader):
    """Header of a breakdown: all that its section of the report needs.

    Attributes:
        hors_total: what the table leaves out of the network's total, printed under it.
        sans_ligne: what the report says of a year without rows; without it, such a year is a failed check.
        place: in the body of the report, after it with the detailed tables, or in the report of each CFA only.
        lignes_max: rows printed; the others are printed together, as one.
        minimum: rows too small to be printed alone.
        evolution: whether each rate is printed beside that of the year before, with what can be said of the change.
        comparaison: which columns tell whether a row differs from all of them, and what is printed of it.
    """

    titre: Texte
    section: Texte
    ordre: int
    colonnes: dict[str, PrintedColumn] = Field(min_length=1)
    graphique: AnyChart | None = None
    pivot: Pivot | None = None
    hors_total: Texte | None = None
    sans_ligne: Texte | None = None
    place: Place = "corps"
    lignes_max: int | None = Field(default=None, ge=1)
    minimum: Minimum | None = None
    evolution: bool = False
    comparaison: ComparisonSpec | None = None

    @property
    def cle(self) -> tuple[str, ...]:
        """The columns that tell a row within a year, as the first check `unique` on annee says; () without one."""
        uniques = (controle.unique for controle in self.controles if controle.unique is not None)
        return next((tuple(n for n in noms if n != "annee") for noms in uniques if "annee" in noms), ())

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The printed columns that are not measures."""
        return tuple(nom for nom, colonne in self.colonnes.items() if colonne.format not in NUMERIQUES)


def incoherences(entete: BreakdownHeader) -> Iterator[HeaderFault]:
    """What a key of a header allows and another contradicts."""
    yield from columns_faults(entete)
    yield from chart_faults(entete)
    if entete.pivot is not None:
        pivot = entete.pivot
        for cle, nom in (("lignes", pivot.lignes), ("colonnes", pivot.colonnes)):
            yield from part_faults(entete, ("pivot", cle), nom, "dimension", "Il faut une dimension.")
        role, remede = ("effectif", "part demande un effectif.") if pivot.part else ("mesure", "Il faut une mesure.")
        yield from part_faults(entete, ("pivot", "valeur"), pivot.valeur, role, remede)
        if pivot.lignes == pivot.colonnes:
            yield ("pivot", "colonnes"), "lignes et colonnes sont la même dimension", "Donnez deux dimensions."
        if entete.lignes_max or entete.minimum:
            cle = "lignes_max" if entete.lignes_max else "minimum"
            yield (cle,), f"{cle} ne va pas avec pivot", "Retirez l'un des deux."
    yield from inference_faults(entete)
    if entete.place == "cfa":
        yield from cfa_faults(entete)
    if entete.minimum is not None:
        remede = "Donnez une colonne au format entier."
        yield from part_faults(entete, ("minimum", "colonne"), entete.minimum.colonne, "effectif", remede)
    if not entete.hors_total and not accounts_for_total(entete):
        yield (
            ("controles",), "rien ne dit si le tableau réunit toutes les ruptures",
            f"Ajoutez un contrôle « somme_egale: {{colonne: ruptures_nettes, par: annee, total: {TOTAUX}}} », ou "
            "hors_total avec ce que le tableau laisse de côté.",
        )  # fmt: skip


def cfa_faults(entete: BreakdownHeader) -> Iterator[HeaderFault]:
    """What the report of a CFA could not show."""
    if "uai" not in entete.cle:
        remede = "Ajoutez le contrôle « unique: [annee, uai, …] », uai étant celui du CFA."
        yield ("place",), "rien ne dit de quel CFA est chaque ligne", remede
    for cle in AJOUTEES:
        if getattr(entete, cle):
            yield (cle,), f"{cle} ne va pas avec « place: cfa »", "Retirez l'un des deux."


def columns_faults(entete: BreakdownHeader) -> Iterator[HeaderFault]:
    """Columns that a page or a sheet could not show."""
    libelles = [colonne.libelle for colonne in entete.colonnes.values()]
    for nom, colonne in entete.colonnes.items():
        if libelles.count(colonne.libelle) > 1:
            yield ("colonnes", nom), f"deux colonnes ont le libellé « {colonne.libelle} »", "Donnez à chacune le sien."
        if nom.startswith("taux_") and colonne.format in NUMERIQUES - {"taux", "borne"}:
            quoi = f"« {nom} », au format {colonne.format}, serait imprimé même sous 20 apprentis"
            yield ("colonnes", nom), quoi, "Donnez à un taux le format taux, à ses bornes le format borne."
    ajoutees = sum(nombre for cle, nombre in AJOUTEES.items() if getattr(entete, cle))
    if (nombre := len(entete.colonnes) + ajoutees) > COLONNES_MAX:
        avec = f", dont {ajoutees} pour {' et '.join(c for c in AJOUTEES if getattr(entete, c))}," if ajoutees else ""
        quoi = f"{nombre} colonnes{avec} ne tiennent pas dans une page, {COLONNES_MAX} au plus"
        yield ("colonnes",), quoi, "Retirez les moins utiles : le classeur les a toutes."
    if not entete.dimensions:
        yield ("colonnes",), "aucune colonne ne dit ce que décrit une ligne", "Ajoutez la dimension du tableau."


def inference_faults(entete: BreakdownHeader) -> Iterator[HeaderFault]:
    """What `evolution` and `comparaison` ask of the other keys."""
    for cle in AJOUTEES:
        if entete.pivot is not None and getattr(entete, cle):
            yield (cle,), f"{cle} ne va pas avec pivot", "Retirez l'un des deux."
    if entete.evolution:
        yield from part_faults(entete, ("evolution",), "taux_rupture_nette", "taux", "Donnez-lui le format taux.")
        if not entete.cle:
            quoi = "evolution ne sait pas quelle ligne de l'année d'avant est la même"
            yield ("evolution",), quoi, "Ajoutez un contrôle « unique: [annee, …] » : ses autres colonnes le disent."
    if (comparaison := entete.comparaison) is not None:
        for cle, nom, role in (
            ("observees", comparaison.observees, "effectif"),
            ("attendues", comparaison.attendues, "nombre"),
        ):
            remede = f"Donnez une colonne au format {'entier' if role == 'effectif' else 'decimal'}."
            yield from part_faults(entete, ("comparaison", cle), nom, role, remede)


def accounts_for_total(entete: BreakdownHeader) -> bool:
    """Whether a check holds the table to the totals of each year."""
    sommes = [c.somme_egale for c in entete.controles if c.somme_egale is not None]
    return any(somme.total == TOTAUX and somme.par == "annee" for somme in sommes)


def chart_faults(entete: BreakdownHeader) -> Iterator[HeaderFault]:
    """What the chart asks of the columns."""
    if entete.graphique is None:
        return
    for cle, nom, role in entete.graphique.parties():
        if role == "temps" and nom == "annee":
            continue
        yield from part_faults(entete, ("graphique", cle), nom, role, f"Le graphique {needs(entete.graphique.type)}")


def part_faults(entete: BreakdownHeader, lieu: KeyPath, nom: str, role: str, remede: str) -> Iterator[HeaderFault]:
    """A column that another key names is printed (its label and format come from `colonnes`), with a format that
    suits its part."""
    if nom not in entete.colonnes:
        quoi = f"« {nom} » n'est pas dans colonnes{closest(nom, entete.colonnes)}"
        yield lieu, quoi, "Ajoutez-la à colonnes, avec son libellé et son format."
    elif (genre := entete.colonnes[nom].format) not in FORMATS_DU_ROLE[role]:
        yield lieu, f"« {nom} », au format {genre}, ne convient pas ici", remede
