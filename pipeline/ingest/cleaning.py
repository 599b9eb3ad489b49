"""Text of a file → typed values: one function per `schemas.InputType`.

Each function takes trimmed texts and gives typed values; a text that cannot be read becomes null. They work on the
distinct texts of a column, which are few, and the rows take theirs from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from pipeline import privacy
from pipeline.ingest import dates, repairs
from pipeline.ingest.dates import DateWriting
from pipeline.ingest.numbering import Numbering
from pipeline.reading.encoding import DOUBLE, undouble
from pipeline.schemas import (
    ACTIONS,
    ANNEE_MAX,
    ANNEE_MIN,
    APOSTROPHES,
    BLANC_ECRIT,
    CONTROLE_ECRIT,
    ESPACE,
    ESPACES,
    FORMULE,
    INVISIBLE,
    RESULTATS,
    SUITES,
    InputColumn,
    InputType,
    header_key,
)

ANNEES, ANNEES_DE_NAISSANCE = (ANNEE_MIN, ANNEE_MAX), (1940, 2015)

# Marks of emptiness; in an identifier, zeros too; in a name none, as a person may be called so.
VIDES = (
    "", "NULL", "null", "Null", "NA", "N/A", "n/a", "#N/A", "nan", "NaN", "NAN", "None", "none", "NONE", r"\N", "-",
    "--", "–", "—", "(vide)", "(Vide)", "(VIDE)",
)  # fmt: skip
SANS_ZEROS = repairs.CODES - {"code"}
# Closed lists, without case, accents, gender nor number; DECA's words, and those of the OPCO.
STATUTS = {
    "annule": "Annulé", "annulation": "Annulé", "refuse": "Annulé", "refus": "Annulé",
    "corrige": "Corrigé", "correction": "Corrigé",
    "rompu": "Rompu", "rupture": "Rompu",
    "supprime": "Supprimé", "suppression": "Supprimé",
}  # fmt: skip
SEXES = {
    **dict.fromkeys(("h", "m", "1", "homme", "masculin", "masc", "garcon"), "H"),
    **dict.fromkeys(("f", "2", "femme", "feminin", "fem", "fille"), "F"),
}
LISTES_DE_MOTIFS = {"exprime": "exprime", "valide": "valide"}
BOOLEENS = {
    **dict.fromkeys(("true", "vrai", "oui", "o", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "faux", "non", "n", "no", "0"), False),
}
# Apprenticeship, then what is not: the words of DECA, of OPCO and of CFA software.
DISPOSITIFS = {
    **dict.fromkeys(("appr", "app", "ca", "apprentissage", "contratdapprentissage"), "APPR"),
    **dict.fromkeys(("prof", "pro", "cp", "professionnalisation", "contratdeprofessionnalisation"), "PROF"),
    "poec": "POEC",
    "poei": "POEI",
}
# What followed a net rupture, as the workbooks of `ruptures a-valider` propose it.
LISTE_DES_SUITES = {header_key(suite): suite for suite in SUITES}
# The journal of support.
LISTE_DES_ACTIONS = {header_key(action): action for action in ACTIONS}
LISTE_DES_RESULTATS = {header_key(resultat): resultat for resultat in RESULTATS}
FERMEES = frozenset({"statut", "sexe", "booleen", "typecontrat", "dispositif", "liste", "suite", "action", "resultat"})
# Where somebody may have written a sentence: what is not of the list is never told.
TUES = frozenset({"action", "resultat"})
TYPES_DE_CONTRAT = ("11", "21", "22", "23", *(str(n) for n in range(31, 39)))
# Letters that no accent makes of another.
LETTRES = {"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss"}
BLANCS = f"{ESPACE}+"
NON_CALCULEE = "formule jamais calculée par un tableur"
# A formula where its value should be: not computed, or its text: =SI(A2;B2;""), =B2, =Feuil1!B2.
FORMULES = rf"^(?:{FORMULE}|\s*=\s*[+-]?(?:\p{{Lu}}[\p{{Lu}}\d._]*\(|(?:[^\"=]*!)?\$?[A-Z]{{1,3}}\$?\d+(?:\W|$)))"
# What tools leave in a cell, looked for before it is taken off: most columns have none of it.
MARQUES = f"{INVISIBLE}|_x00[0-9A-Fa-f]{{2}}_|^[\\s]*(?:=\\s*\"|['\u2018\u2019])"


def unmark(textes: pl.Series) -> pl.Series:
    """Texts without the marks of tools: characters that print nothing, those that Excel could not write (_x000D_), the
    '="…"' and the leading apostrophe that keep zeros."""
    if not textes.str.contains(MARQUES).any():
        return textes
    net = pl.col("net").str.replace_all(BLANC_ECRIT, " ").str.replace_all(f"{CONTROLE_ECRIT}|{INVISIBLE}", "")
    # One tool's mark may be around another's.
    for _ in range(2):
        net = net.str.strip_chars(ESPACES).str.replace(r"^['‘’](.)", "${1}").str.strip_chars(ESPACES)
        net = net.str.replace(r'^=\s*"((?s:.*))"$', "${1}").str.replace_all('""', '"', literal=True)
    return textes.to_frame("net").select(net).to_series()


def trim(brut: pl.Expr, genre: InputType) -> pl.Expr:
    """Text without surrounding blanks, no-break ones included; the marks of emptiness become null. A name has a
    letter in it."""
    net = brut.str.strip_chars(ESPACES)
    vide = ~net.str.contains(r"\pL") if genre == "nom" else net.is_in(VIDES)
    if genre in SANS_ZEROS:
        vide = vide | net.str.contains("^0+$")
    return pl.when(vide).then(None).otherwise(net)


def code(net: pl.Expr) -> pl.Expr:
    """Upper case, no blanks inside; without the '.0' of what was taken for a number."""
    compact = net.str.replace_all(BLANCS, "").str.to_uppercase()
    return compact.str.replace(r"^(\d+)[.,]0+$", "${1}").str.replace(r"^(.*\d)[.,]0$", "${1}")


def punctuated(genre: InputType) -> Callable[[pl.Expr], pl.Expr]:
    """A code without the dots and dashes that make it easier to read, of which one may stand before its last zeros: no
    number has more than two decimals that are."""

    def clean_code(net: pl.Expr) -> pl.Expr:
        nu = net.str.replace_all(rf"{BLANCS}|[.\p{{Pd}}]", "").str.to_uppercase()
        a_des_zeros = net.str.contains(r"\d[.]0{3,}$") & nu.str.contains(FORMES_PROPRES[genre])
        return pl.when(a_des_zeros).then(nu).otherwise(code(net).str.replace_all(r"[.\p{Pd}]", ""))

    return clean_code


def numero(net: pl.Expr) -> pl.Expr:
    """A code whose leading zeros mean nothing: '01' is '1'."""
    compact = code(net)
    return pl.when(compact.str.contains(r"^[0-9]+$")).then(
        compact.str.replace(r"^0+([0-9])", "$1")
    ).otherwise(compact)  # fmt: skip


def number(net: pl.Expr) -> pl.Expr:
    """A number as a program writes it: without '€' nor separators of thousands, a point before the decimals. Of a point
    and a comma, the last is the decimal one; groups of three figures after points are thousands."""
    nombre = net.str.replace_all(rf"{BLANCS}|€|['’]", "").str.replace(r"(?i)(?:eur|euros?)$", "")
    milliers = (
        pl.when(nombre.str.contains(r"^-?\d{1,3}(?:\.\d{3})+(?:,|$)"))
        .then(nombre.str.replace_all(".", "", literal=True))
        .when(nombre.str.contains(r"^-?\d{1,3}(?:,\d{3})+\.")).then(nombre.str.replace_all(",", "", literal=True))
        .otherwise(nombre)
    )  # fmt: skip
    return milliers.str.replace(",", ".", literal=True)


def entier(net: pl.Expr) -> pl.Expr:
    """A whole number."""
    return number(net).str.extract(r"^(\d{1,9})(?:\.0+)?$").cast(pl.Int64)


def decimal(net: pl.Expr) -> pl.Expr:
    """An amount, to the cent: further decimals are those of a computation (6999.600000000001)."""
    nombre = number(net)
    exact = nombre.str.extract(r"^(\d{1,9}(?:\.\d{1,2}0*)?)$").cast(pl.Decimal(12, 2))
    calcule = nombre.str.extract(r"^(\d{1,9}\.\d{3,})$").cast(pl.Float64)
    arrondi = calcule.round(2)
    bruit = pl.when((calcule - arrondi).abs() < 1e-4).then(arrondi.cast(pl.Decimal(12, 2)))
    return pl.coalesce(exact, bruit)


def wording(net: pl.Expr) -> pl.Expr:
    """Text without case nor accents."""
    return net.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")


def closed(net: pl.Expr, liste: Mapping[str, object], genre: type[pl.DataType]) -> pl.Expr:
    """The value of a closed list that a wording says, whatever its case, accents, gender and number; else null."""
    dit = wording(net)
    # A label may stand after its code: 'APPR - Apprentissage'.
    ecrits = (dit, dit.str.extract(r"^(.*?)\s*[\p{Pd}:(]"))
    mots = [ecrit.str.replace_all(r"[.\s_'’-]+", "") for ecrit in ecrits]
    accords = (accord for mot in mots for accord in (mot, mot.str.replace("s$", ""), mot.str.replace("es?$", "")))
    return pl.coalesce(accord.replace_strict(liste, default=None, return_dtype=genre) for accord in accords)


def booleen(net: pl.Expr) -> pl.Expr:
    """true/false, vrai/faux, oui/non, O/N, 1/0."""
    return closed(net, BOOLEENS, pl.Boolean)


def statut(net: pl.Expr) -> pl.Expr:
    """DECA's status of a contract."""
    return closed(net, STATUTS, pl.String)


def sexe(net: pl.Expr) -> pl.Expr:
    """H or F."""
    return closed(net, SEXES, pl.String)


def dispositif(net: pl.Expr) -> pl.Expr:
    """Scheme of a contract: APPR, PROF, POEC or POEI."""
    return closed(net, DISPOSITIFS, pl.String)


def liste(net: pl.Expr) -> pl.Expr:
    """Who gave a motif: exprime (the company), valide (the CFA)."""
    return closed(net, LISTES_DE_MOTIFS, pl.String)


def suite(net: pl.Expr) -> pl.Expr:
    """What followed a net rupture, in the words of the CFA."""
    return closed(net, LISTE_DES_SUITES, pl.String)


def action(net: pl.Expr) -> pl.Expr:
    """What a CFA did for an apprentice."""
    return closed(net, LISTE_DES_ACTIONS, pl.String)


def resultat(net: pl.Expr) -> pl.Expr:
    """What came of it."""
    return closed(net, LISTE_DES_RESULTATS, pl.String)


def typecontrat(net: pl.Expr) -> pl.Expr:
    """DECA's type of a contract, its label after it or not: '33 - Avenant'."""
    numero = net.str.extract(r"^0*(\d{2})(?:\D.*)?$")
    return pl.when(numero.is_in(TYPES_DE_CONTRAT)).then(numero)


def plain(noms: pl.Series) -> pl.Series:
    """Names as they are compared (definitions §1): without case, accents, spaces, hyphens, apostrophes and what prints
    nothing, a letter of another alphabet or a ligature as it is usually replaced (LETTRES)."""
    deplie = pl.col("nom").str.to_lowercase().str.replace_many(LETTRES).str.normalize("NFKD")
    garde = deplie.str.replace_all(rf"[\p{{M}}\s\p{{Pd}}'{APOSTROPHES}]|{INVISIBLE}", "")
    return noms.to_frame("nom").select(garde).to_series()


NETTOYAGE: dict[InputType, Callable[[pl.Expr], pl.Expr]] = {
    "texte": lambda net: net,
    "nom": lambda net: net,
    "code": code,
    "numero": numero,
    "entier": entier,
    "decimal": decimal,
    "booleen": booleen,
    "statut": statut,
    "sexe": sexe,
    "typecontrat": typecontrat,
    "dispositif": dispositif,
    "liste": liste,
    "suite": suite,
    "action": action,
    "resultat": resultat,
    **{genre: punctuated(genre) for genre in ("numero_contrat", "uai", "siret", "cfd")},
    "code_postal": code,
    "identifiant": code,
}
# Texts of these shapes need no cleaning.
FORMES_PROPRES: dict[InputType, str] = {
    "numero_contrat": f"^{repairs.NUMERO_DE_CONTRAT.pattern}$",
    "uai": r"^\d{7}[A-Z]$",
    "siret": r"^\d{14}$",
    "cfd": r"^\d{8}$",
    "code_postal": r"^\d{5}$",
    "identifiant": r"^[0-9A-Z]*\d[0-9A-Z]*$",
}
TYPES_DUCKDB = {
    "date": "date", "naissance": "date", "entier": "bigint", "decimal": "decimal(12, 2)", "booleen": "boolean",
}  # fmt: skip
TYPES_POLARS = {
    "date": pl.Date, "naissance": pl.Date, "entier": pl.Int64, "decimal": pl.Decimal(12, 2), "booleen": pl.Boolean,
}  # fmt: skip
TYPES_ARROW = {genre: pl.Series(dtype=type_).to_arrow().type for genre, type_ in TYPES_POLARS.items()}


@dataclass(frozen=True)
class Cleaned:
    """The texts of a column, cleaned.

    Attributes:
        nets: trimmed; null where empty.
        types: typed; null where empty or unreadable.
        remarques: what to tell of a text (null: nothing), or None.
        redecodes: which texts were UTF-8 read as Windows-1252, or None.
    """

    nets: pl.Series
    types: pl.Series
    remarques: pl.Series | None
    redecodes: pl.Series | None = None


def clean(
    c: InputColumn,
    textes: pl.Series,
    ecriture: DateWriting,
    cfd: frozenset[str],
    discret: bool = True,
    numerotation: Callable[[], Numbering] = Numbering,
) -> Cleaned:
    """Texts of a column; `cfd` are the diploma codes of the referential; not `discret`: another wording will stand for
    what may tell of a person; `numerotation` gives the contract numbers of the whole file."""
    if (propre := as_they_should(c.type, textes)) is not None:
        return Cleaned(propre, propre, None)
    if not textes.str.contains(f"{DOUBLE}|{FORMULES}").any():
        return clean_texts(c, textes, ecriture, cfd, discret, numerotation)
    lus = pl.Series([undouble(texte) for texte in textes], dtype=pl.String)
    nette = without_formulas(clean_texts(c, lus, ecriture, cfd, discret, numerotation), lus)
    return replace(nette, redecodes=lus != textes)


def clean_texts(
    c: InputColumn,
    textes: pl.Series,
    ecriture: DateWriting,
    cfd: frozenset[str],
    discret: bool,
    numerotation: Callable[[], Numbering],
) -> Cleaned:
    """The same, as if none were a formula."""
    nets = unmark(textes).to_frame("net").select(trim(pl.col("net"), c.type)).to_series()
    if c.type in ("date", "naissance"):
        annees = ANNEES if c.type == "date" else ANNEES_DE_NAISSANCE
        return Cleaned(nets, dates.read_days(nets, ecriture, annees), None)
    types = nets.to_frame("net").select(NETTOYAGE[c.type](pl.col("net"))).to_series()
    if types.dtype != pl.String:
        return Cleaned(nets, types, None)
    types, remarques = repairs.repair(c.type, types, cfd)
    nette = Cleaned(nets, types, remarques)
    # What is not of a closed list is not kept: it is unreadable, and needs not be set aside.
    if not discret or c.personnelle or c.type in FERMEES:
        return nette
    return set_aside(c.type, nette, numerotation)


def as_they_should(genre: InputType, textes: pl.Series) -> pl.Series | None:
    """The texts, null where empty, if all are written as their type wants them: nothing to clean, repair or set aside.
    What it saves is the cost of looking for each fault in turn."""
    if genre not in FORMES_PROPRES:
        return None
    texte = pl.col("texte")
    juste = texte.str.contains(FORMES_PROPRES[genre])
    lu = textes.to_frame("texte").select(
        pl.when(juste).then(texte).alias("propre"), (juste | (texte == "")).all().alias("tous")
    )
    return lu["propre"] if lu["tous"].all() else None


def without_formulas(nette: Cleaned, textes: pl.Series) -> Cleaned:
    """The same with the formulas unreadable, whatever the type of the column."""
    formules = textes.str.contains(FORMULES)
    if not formules.any():
        return nette
    rien = pl.repeat(None, len(textes), dtype=pl.String, eager=True)
    remarques = rien if nette.remarques is None else nette.remarques
    frame = pl.DataFrame({"net": nette.nets, "type": nette.types, "remarque": remarques, "formule": formules}).select(
        net=pl.when("formule").then(pl.lit(FORMULE)).otherwise("net"),
        type=pl.when(~pl.col("formule")).then("type"),
        remarque=pl.when("formule").then(pl.lit(NON_CALCULEE)).otherwise("remarque"),
    )
    return Cleaned(frame["net"], frame["type"], frame["remarque"])


def set_aside(genre: InputType, nette: Cleaned, numerotation: Callable[[], Numbering]) -> Cleaned:
    """The same without what may tell of a person."""
    personnels = looks_personal(genre, nette)
    if genre == "numero_contrat" and personnels.any():
        personnels = personnels & ~numerotation().spares(nette.nets, personnels)
    if not personnels.any():
        return nette
    remarques = (
        pl.repeat(None, len(personnels), dtype=pl.String, eager=True) if nette.remarques is None else nette.remarques
    )
    ecartees = pl.repeat(privacy.ECARTEE, len(personnels), dtype=pl.String, eager=True)
    rien = pl.repeat(None, len(personnels), dtype=pl.String, eager=True)
    return Cleaned(nette.nets, nette.types.zip_with(~personnels, rien), remarques.zip_with(~personnels, ecartees))


def looks_personal(genre: InputType, nette: Cleaned) -> pl.Series:
    """Which texts of a column of codes or of words have the shape of what tells of a person; a contract number of
    DECA's own shape never has."""
    # Thirteen figures are also a SIRET that lost a zero.
    personnels = privacy.tells_of_person(nette.nets, codes=genre not in ("texte", "nom"), sans_cle=genre != "siret")
    if genre == "numero_contrat":
        personnels = personnels & ~nette.types.str.contains(FORMES_PROPRES[genre]).fill_null(False)
    return personnels


def count_numbers(c: InputColumn, textes: pl.Series) -> Numbering:
    """The contract numbers among these texts."""
    nette = clean(c, textes, DateWriting(), frozenset(), discret=False)
    return Numbering.of(nette.nets, looks_personal(c.type, nette))
