"""What may be declared in the header of a .sql file, and what its keys ask of one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from pipeline import formats
from pipeline.errors import closest
from pipeline.formats import EFFECTIF_MIN, NUMERIQUES, Format
from pipeline.glossary import Glossary
from pipeline.models.chart_header import FORMATS_DU_ROLE, AnyChart, Noms, needs
from pipeline.schemas import REFERENTIELS_FACULTATIFS
from pipeline.strict import KeyPath, Strict, Texte

Place = Literal["corps", "annexe", "conclusion", "cfa"]
COLONNES_MAX = 12  # printed side by side on a page
AJOUTEES = {"evolution": 3, "comparaison": 2}  # columns printed beside those of the header
# What the result has for them, beside what they name.
LUES_PAR_COMPARAISON = ("effectif", "taux_rupture_nette", "taux_bas", "taux_haut", "fiabilite")
LUES_PAR_EVOLUTION = ("ruptures_nettes", *LUES_PAR_COMPARAISON)
# What a ratio is printed with.
LIMITES_DU_RAPPORT = ("rapport_bas", "rapport_haut")
# Its totals are those that every breakdown is held to.
TOTAUX = "core.ruptures_nettes_par_annee"
# What `total` holds a printed column to: the network's totals of each year, or those of each CFA in it.
TOTAUX_DU_RESEAU = {
    **dict.fromkeys(("ruptures_nettes", "effectif", "sortis_a_terme", "ruptures_brutes"), TOTAUX),
    **dict.fromkeys(("sans_npec", "sans_date", "perte_annee", "perte_totale"), "core.couts_par_annee"),
}
TOTAUX_DES_CFA = dict.fromkeys(("ruptures_nettes", "effectif", "ruptures_brutes"), "core.cfa_par_annee")
# What is said of a table of CFA, where its header does not: what it leaves out, a year without rows (rates or not).
HORS_DES_CFA = "Structures qui ne sont pas des CFA non comprises"
SANS_LIGNE = {True: "Aucun apprenti suivi cette année-là", False: "Aucune rupture nette cette année-là"}
# Printed where the header does not say which columns are: what comes after the key, for a breakdown of rates or of
# ruptures only, in the report of a CFA or elsewhere.
COMPTES_DE_TAUX = ("effectif", "ruptures_nettes", "taux_rupture_nette")
IMPRIMEES = {
    (True, False): (*COMPTES_DE_TAUX, "part_ruptures", "part_effectif"),
    (True, True): (*COMPTES_DE_TAUX, "repere_reseau"),
    (False, False): ("ruptures_nettes", "part_ruptures"),
    (False, True): ("ruptures_nettes", "part_du_cfa", "repere_reseau"),
}
HeaderFault = tuple[KeyPath, str, str]  # where in the header, what, what to do


class PrintedColumn(Strict):
    """A printed column: its label, how its values are written, what one says in a sentence (see `GlossaryColumn`)."""

    libelle: Texte
    format: Format = "texte"
    lecture: Texte | None = None
    effectif: Texte | None = None
    fiabilite: Texte | None = None

    def written(self, nom: str, ligne: Mapping[str, Any]) -> str:
        """The value of a row as tables, charts and sentences print it, as far as the row has it (`formats.written`)."""
        return formats.written(self.format, ligne.get(nom), *map(ligne.get, self.temoins))

    def is_meaningless(self, ligne: Mapping[str, Any]) -> bool:
        """Whether the value of a row is of so few that it is printed as such (`formats.is_meaningless`)."""
        return formats.is_meaningless(self.format, ligne.get(self.temoins[0]))

    @property
    def temoins(self) -> tuple[str, str]:
        """The columns of what a rate is worth, and of how many it is; '' for those of a reference that says none: what
        a row is read against is not its own."""
        siens = ("", "") if self.format == "repere" else ("fiabilite", "effectif")
        return self.fiabilite or siens[0], self.effectif or siens[1]


class EqualSum(Strict):
    """The column adds up, for each value of `par`, to the same column of `total`; an empty value is a fault unless
    `vides` says that it stands for nothing."""

    colonne: Texte
    par: Noms
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
                return (somme.colonne, *somme.par)
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


class SeparateColumn(Strict):
    """What a column is in the rows of another unit: its label and format; in the other rows, its format (`autres`)."""

    libelle: Texte
    format: Format = "decimal"
    autres: Format


class SeparateUnit(Strict):
    """In the workbook, the rows whose `selon` is `vaut` have these `colonnes` apart: one unit a column."""

    selon: Texte
    vaut: Texte
    colonnes: dict[str, SeparateColumn] = Field(min_length=1)


class ModelHeader(Strict):
    """Header of a model of `core/`: its grain in one sentence, its checks, and what its columns are
    where the glossary does not say it."""

    description: Texte
    descriptions: dict[str, Texte] = Field(default_factory=dict)
    controles: tuple[DeclaredCheck, ...] = ()

    def every_control(self) -> Iterator[tuple[KeyPath, DeclaredCheck]]:
        """Its checks, each with the place in the header that asks for it."""
        for rang, controle in enumerate(self.controles):
            yield ("controles", rang), controle


class BreakdownHeader(ModelHeader):
    """Header of a breakdown: all that its section of the report needs.

    Attributes:
        cle: the columns that tell a row within a year: none is ever empty.
        colonnes: the columns printed, in order; by default the key, then the measures (see `printed_columns`).
        total: whose total the rows add up to, column by column: the network's, or each CFA's.
        hors_total: what the table leaves out of the network's total, printed under it.
        sans_ligne: what the report says of a year without rows; without it, such a year is a failed check.
        facultative: whether it is nowhere in an edition where it has no row in any year, as what it needs is not there;
            or the name of the optional referential that it needs.
        place: in the body of the report, after it with the detailed tables, beside its recommendations, or in the
            report of each CFA only.
        lignes_max: rows printed; the others are printed together, as one.
        minimum: rows too small to be printed alone.
        evolution: whether each rate is printed beside that of the year before, with what can be said of the change.
        unite_a_part: the rows that are in another unit than the others, which a sheet has in columns of their own.
        comparaison: which columns tell whether a row differs from all of them, and what is printed of it.
    """

    titre: Texte
    section: Texte
    ordre: int
    cle: Noms
    colonnes: dict[str, PrintedColumn] = Field(min_length=1)
    total: Literal["reseau", "cfa"] | None = None
    graphique: AnyChart | None = None
    pivot: Pivot | None = None
    hors_total: Texte | None = None
    sans_ligne: Texte | None = None
    facultative: bool | Texte = False
    place: Place = "corps"
    lignes_max: int | None = Field(default=None, ge=1)
    minimum: Minimum | None = None
    evolution: bool = False
    comparaison: ComparisonSpec | None = None
    unite_a_part: SeparateUnit | None = None

    def every_control(self) -> Iterator[tuple[KeyPath, DeclaredCheck]]:
        """What its key and its total say, then the checks that it declares."""
        yield ("cle",), DeclaredCheck(unique=("annee", *self.cle))
        yield ("cle",), DeclaredCheck(non_nul=("annee", *self.cle))
        for colonne, total in self.totals().items():
            par = ("annee", "uai") if self.total == "cfa" else ("annee",)
            montant = self.colonnes[colonne].format == "euros"
            yield ("total",), DeclaredCheck(somme_egale=EqualSum(colonne=colonne, par=par, total=total, vides=montant))
        yield from super().every_control()

    def totals(self) -> dict[str, str]:
        """The printed columns that `total` is about, each with the table that has its totals."""
        tous = {"reseau": TOTAUX_DU_RESEAU, "cfa": TOTAUX_DES_CFA}.get(self.total or "", {})
        return {nom: table for nom, table in tous.items() if nom in self.colonnes}

    @property
    def demande(self) -> str | None:
        """The optional referential that it needs, where it names one."""
        return self.facultative if isinstance(self.facultative, str) else None

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The printed columns that are not measures."""
        return tuple(nom for nom, colonne in self.colonnes.items() if colonne.format not in NUMERIQUES)


def with_columns(
    contenu: dict[str, Any], est_de_taux: bool, glossaire: Glossary, a_public_egal: bool = False
) -> dict[str, Any]:
    """The keys of a header with what they leave unsaid: the columns printed (`est_de_taux`: the query computes rates;
    `a_public_egal`: it compares groups), their labels and formats, what is said of a table of CFA. What is malformed is
    left as it is, to be refused."""
    cle, pour_cfa = contenu.get("cle", ()), contenu.get("place") == "cfa"
    cle = [cle] if isinstance(cle, str) else cle
    if pour_cfa and "hors_total" not in contenu:
        contenu = {"total": "cfa", **contenu}
    if contenu.get("total") == "cfa":
        contenu = {"hors_total": HORS_DES_CFA, "sans_ligne": SANS_LIGNE[est_de_taux], **contenu}
    imprimees = contenu.get("colonnes")
    if imprimees is None and isinstance(cle, list):
        # The rows of a CFA, in its own report, need not name it; elsewhere its name tells it.
        dimensions = [nom if nom != "uai" else "structure" for nom in cle if nom != "uai" or not pour_cfa]
        imprimees = [*dimensions, *IMPRIMEES[est_de_taux, pour_cfa]]
        if est_de_taux and a_public_egal:
            imprimees.insert(imprimees.index("taux_rupture_nette") + 1, "rapport_public_egal")
    return contenu if imprimees is None else contenu | {"colonnes": printed_columns(imprimees, glossaire)}


def printed_columns(imprimees: object, glossaire: Glossary) -> object:
    """Columns as a header says them, in a list (`structure`, `structure: CFA`, `structure: {libelle: CFA}`) or by name,
    with the glossary's label and format where they say none."""
    if isinstance(imprimees, list):
        paires = [(une, None) if isinstance(une, str) else named(une) for une in imprimees]
        noms = [paire and paire[0] for paire in paires]
        if None in noms or len(set(noms)) < len(noms):
            return imprimees
        imprimees = dict(filter(None, paires))
    if not isinstance(imprimees, dict):
        return imprimees
    return {nom: printed_column(nom, dite, glossaire) for nom, dite in imprimees.items()}


def named(une: object) -> tuple[str, object] | None:
    """The item `structure: CFA` of a list."""
    return next(iter(une.items())) if isinstance(une, dict) and len(une) == 1 else None


def printed_column(nom: str, dite: object, glossaire: Glossary) -> object:
    """One column: what the header says of it wins over the glossary."""
    dite = {"libelle": dite} if isinstance(dite, str) else dite
    if dite is not None and not isinstance(dite, dict):
        return dite
    connue = glossaire.colonnes.get(nom)
    return {**({} if connue is None else connue.printed), **(dite or {})}


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
        valeur = entete.colonnes.get(pivot.valeur)
        if valeur is not None and valeur.format == "euros":
            quoi = "un tableau croisé donnerait des montants d'une ou deux ruptures"
            yield ("pivot", "valeur"), quoi, "Croisez des nombres de ruptures."
        if pivot.lignes == pivot.colonnes:
            yield ("pivot", "colonnes"), "lignes et colonnes sont la même dimension", "Donnez deux dimensions."
        if entete.lignes_max or entete.minimum:
            cle = "lignes_max" if entete.lignes_max else "minimum"
            yield (cle,), f"{cle} ne va pas avec pivot", "Retirez l'un des deux."
    yield from inference_faults(entete)
    if (unite := entete.unite_a_part) is not None:
        yield from part_faults(entete, ("unite_a_part", "selon"), unite.selon, "dimension", "Il faut une dimension.")
        for nom in unite.colonnes:
            yield from part_faults(entete, ("unite_a_part", "colonnes"), nom, "mesure", "Il faut une mesure.")
    if entete.place == "cfa":
        yield from cfa_faults(entete)
    if entete.minimum is not None:
        remede = "Donnez une colonne au format entier."
        yield from part_faults(entete, ("minimum", "colonne"), entete.minimum.colonne, "effectif", remede)
    if entete.facultative is not False:
        yield from optional_faults(entete)
    yield from total_faults(entete)


def optional_faults(entete: BreakdownHeader) -> Iterator[HeaderFault]:
    """A referential that is none, or is always there; a year without rows that nothing is said of."""
    nom = entete.demande
    if nom is not None and nom not in REFERENTIELS_FACULTATIFS:
        proche = closest(nom, REFERENTIELS_FACULTATIFS)
        faire = f"Nommez un référentiel facultatif ({', '.join(sorted(REFERENTIELS_FACULTATIFS))}), ou écrivez true."
        yield ("facultative",), f"« {nom} » n'est pas un référentiel facultatif{proche}", faire
    if entete.sans_ligne is None:
        yield ("facultative",), "une année peut n'avoir aucune ligne, et rien ne le dit", "Ajoutez sans_ligne."


def cfa_faults(entete: BreakdownHeader) -> Iterator[HeaderFault]:
    """What the report of a CFA could not show."""
    if "uai" not in entete.cle:
        yield ("place",), "rien ne dit de quel CFA est chaque ligne", "Ajoutez uai, celui du CFA, à cle."
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
            quoi = f"« {nom} », au format {colonne.format}, serait imprimé même sous {EFFECTIF_MIN} apprentis"
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
    if (comparaison := entete.comparaison) is not None:
        for cle, nom, role in (
            ("observees", comparaison.observees, "effectif"),
            ("attendues", comparaison.attendues, "nombre"),
        ):
            remede = f"Donnez une colonne au format {'entier' if role == 'effectif' else 'decimal'}."
            yield from part_faults(entete, ("comparaison", cle), nom, role, remede)


def total_faults(entete: BreakdownHeader) -> Iterator[HeaderFault]:
    """A table that does not say whether it has all the ruptures, or is held to totals that it does not print."""
    if entete.total == "cfa" and "uai" not in entete.cle:
        yield ("total",), "« total: cfa » demande de quel CFA est chaque ligne", "Ajoutez uai à cle."
    if entete.total is not None and not entete.totals():
        connues = TOTAUX_DU_RESEAU if entete.total == "reseau" else TOTAUX_DES_CFA
        quoi = f"« total: {entete.total} » n'a rien à additionner dans colonnes"
        yield ("total",), quoi, f"Imprimez une de ces colonnes : {', '.join(connues)}."
    sommes = [c.somme_egale for _, c in entete.every_control() if c.somme_egale is not None]
    if not entete.hors_total and not any(somme.total == TOTAUX and somme.par == ("annee",) for somme in sommes):
        remede = "Ajoutez « total: reseau », ou hors_total avec ce que le tableau laisse de côté."
        yield ("total",), "rien ne dit si le tableau réunit toutes les ruptures", remede


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
