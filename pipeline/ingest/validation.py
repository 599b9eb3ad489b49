"""Columns of text → typed rows, rejects and anomalies: what makes a row rejected, a value left empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa

from pipeline import privacy
from pipeline.ingest import cleaning, dates
from pipeline.ingest.cleaning import ANNEES_DE_NAISSANCE, NON_CALCULEE, Cleaned
from pipeline.ingest.dates import DateWriting
from pipeline.ingest.known import KnownTexts
from pipeline.ingest.numbering import Numbering
from pipeline.ingest.referentials import INCONNU, Wordings
from pipeline.ingest.repairs import DETRUIT, GARDE, RETABLI
from pipeline.privacy import ECARTEE
from pipeline.reading import FAUTES, Part, Source
from pipeline.schemas import APPRENANTS, CONTRATS_PAR_LIGNE, InputColumn
from pipeline.settings import FileSettings

ABSENT = "valeur absente"
ILLISIBLE = "valeur illisible"
NATURES = {
    ILLISIBLE: "valeurs_illisibles",
    RETABLI: "zeros_retablis",
    GARDE: "zeros_non_retablis",
    DETRUIT: "valeurs_detruites",
    ECARTEE: "valeurs_ecartees",
    INCONNU: "libelles_inconnus",
    NON_CALCULEE: "formules_non_calculees",
}
SANS_IDENTITE = "ni identifiant de l'apprenti, ni nom, prénom et date de naissance"
FIN_AVANT_DEBUT = "fin avant le début du contrat"
SCHEMA_DES_FAUTES = {
    "index": pl.UInt32, "ligne": pl.Int64, "rang": pl.Int64, "colonne": pl.String, "valeur": pl.String,
    "raison": pl.String, "rejet": pl.Boolean, "forme": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class CheckedRows:
    """Rows of a part once checked.

    Attributes:
        lues: rows read, whatever the number of contracts they give.
        retenues: contracts of the kept rows: `ligne`, `rang` (unique in the file), the names as they are compared, and
            every column, typed.
        rejetees: the same of the rejected rows; `deformee` where the cells may not be where they should.
        sans_contrat: the kept rows that give no contract, likewise; None where a row is a contract.
        uai_du_referentiel: contracts of the kept rows whose empty UAI is that of the CFA of their SIRET.
        rejets: one line a rejected row (ligne, colonne, valeur, raison); anomalies: one line a value, with its `rang`
            and, where it decides of the figures, its `forme`: what it looks like.
    """

    lues: int
    retenues: list[pa.Table]
    rejetees: list[pa.Table]
    sans_contrat: pa.Table | None
    uai_du_referentiel: int
    rejets: pl.DataFrame
    anomalies: pl.DataFrame


class Checker:
    """The rules of what is below one header of a file, and what is learned of it as its parts go by.

    Attributes:
        formes_dates: shapes of dates found.
        heures_laissees: how many times of dates are left out.
        redecodes: how many cells were UTF-8 read as Windows-1252, `ligne_redecodee` that of the first.
        numeriques: index of a field that holds numbers → its column.
        sommes: its sum so far; None once a number of it could not be read.
    """

    def __init__(
        self,
        source: Source,
        colonnes: tuple[InputColumn, ...],
        identite: bool,
        reglage: FileSettings,
        libelles: dict[str, Wordings],
        cfd: frozenset[str],
        minuits_utc: bool = False,
        uai_des_cfa: Mapping[str, str] = {},
        numerotation: Callable[[], Numbering] = Numbering,
    ):
        self.source, self.colonnes, self.identite, self.cfd = source, colonnes, identite, cfd
        self.ecriture = DateWriting(reglage.dates == "mois/jour", minuits_utc, source.depuis_1904)
        self.uai_des_cfa, self.numerotation = uai_des_cfa, numerotation
        self.libelles = libelles
        self.formes_dates: set[str] = set()
        self.heures_laissees = self.redecodes = 0
        self.ligne_redecodee: int | None = None
        self.declarees = {c.nom: c for c in colonnes}
        self.connus = {c.nom: KnownTexts(partial(self.clean_column, c.nom)) for c in colonnes}
        self.numeriques = {
            index: nom
            for groupe in source.entete.positions
            for nom, index in groupe.items()
            if self.declarees[nom].type in ("entier", "decimal")
        }
        self.sommes: dict[int, Decimal | None] = dict.fromkeys(self.numeriques, Decimal(0))

    def check(self, part: Part, nettes: dict[tuple[str, int], Cleaned] | None = None) -> CheckedRows:
        """Typed rows, rejects and anomalies of a part, whose fields are cleaned unless they are already.

        A reject names the first fault of its row, in the order of the columns; a value is shown only for columns that
        are not personal.
        """
        if nettes is None:
            part = self.fill_in(part)
            nettes = self.clean_fields(part)
        entete = self.source.entete
        contrats = [NthContract(self, part, nettes, positions, rang) for rang, positions in enumerate(entete.positions)]
        toutes = pl.concat([self.form_faults(part), *(faute for contrat in contrats for faute in contrat.faults())])
        rejets = toutes.filter(pl.col("rejet")).unique("index", keep="first", maintain_order=True).sort("index")
        anomalies = toutes.filter(~pl.col("rejet")).join(rejets.select("index"), on="index", how="anti")
        lues = len(part.lignes)
        rejetee = np.zeros(lues, dtype=bool)
        rejetee[rejets["index"].to_numpy()] = True
        retenues = [contrat.rows(~rejetee) for contrat in contrats]
        avec_contrat = np.zeros(lues, dtype=bool)
        for contrat in contrats:
            avec_contrat[contrat.rangs] = True
        sans_contrat = None
        if entete.apprenants:
            places = pl.Series(~avec_contrat & ~rejetee).arg_true()
            sans_contrat = NthContract(self, part, nettes, entete.positions[0], 0, places).rows(~rejetee)
        sortie = ["ligne", "colonne", "valeur", "raison"]
        return CheckedRows(
            lues,
            retenues,
            [contrat.rows(rejetee) for contrat in contrats] if rejets.height else [],
            sans_contrat,
            sum(contrat.count_found(~rejetee) for contrat in contrats),
            rejets.select(sortie),
            anomalies.select(
                *sortie, "rang", "forme", nature=pl.col("raison").replace_strict(NATURES, return_dtype=pl.String)
            ),
        )

    def fill_in(self, part: Part) -> Part:
        """The part with, where a column is empty, the text of the field that stands in for it."""
        champs = dict(part.champs)
        for nom, repli in self.source.entete.replis.items():
            index = self.source.entete.positions[0][nom]
            nette = cleaning.clean(self.declarees[nom], champs[index].textes, self.ecriture, self.cfd)
            vides = champs[index].spread(nette.nets.is_null())
            champs[index] = champs[index].otherwise(champs[repli], vides)
        return replace(part, champs=champs)

    def clean_fields(self, part: Part) -> dict[tuple[str, int], Cleaned]:
        """Every field cleaned once, for each column that reads it."""
        nettes = {}
        for positions in self.source.entete.positions:
            for nom, index in positions.items():
                if (nom, index) in nettes:
                    continue
                champ = part.champs[index]
                # Where a column has one text a row, few of them come back.
                nettoyer = partial(self.clean_column, nom) if champ.places is None else self.connus[nom].clean
                nette = nettoyer(champ.textes)
                if (
                    self.declarees[nom].type in ("date", "naissance")
                    and nette.nets.str.contains(":", literal=True).any()
                ):
                    laissees = champ.spread(dates.times_left_out(nette.nets, self.ecriture))
                    self.heures_laissees += int(laissees.sum())
                if nette.redecodes is not None:
                    self.count_redecoded(part.lignes.filter(champ.spread(nette.redecodes)))
                if index in self.numeriques:
                    self.add_to_sum(index, champ.spread(nette.types), nette)
                nettes[nom, index] = nette
        return nettes

    def clean_column(self, nom: str, textes: pl.Series) -> Cleaned:
        """Texts of a column cleaned, with its printed wordings; the shapes of its dates are noted."""
        c, libelles = self.declarees[nom], self.libelles.get(nom)
        remplacee = libelles is not None and libelles.autre is not None
        nette = cleaning.clean(c, textes, self.ecriture, self.cfd, not remplacee, self.numerotation)
        if c.type in ("date", "naissance"):
            self.formes_dates |= dates.shapes_found(nette.nets, self.ecriture)
        return nette if libelles is None else word(libelles, nette)

    def count_redecoded(self, lignes: pl.Series) -> None:
        """Follow the cells that were in a wrong encoding, by their lines."""
        self.redecodes += len(lignes)
        premieres = [n for n in (self.ligne_redecodee, lignes.min()) if isinstance(n, int)]
        self.ligne_redecodee = min(premieres, default=None)

    def add_to_sum(self, index: int, valeurs: pl.Series, nette: Cleaned) -> None:
        """Follow the sum of a column, which a line of totals may announce."""
        somme = self.sommes[index]
        illisible = (nette.nets.is_not_null() & nette.types.is_null()).any()
        self.sommes[index] = None if somme is None or illisible else somme + Decimal(valeurs.sum() or 0)

    def sum_of(self, colonne: str) -> Decimal | None:
        """The sum of a column so far, 0 where the file has it not; None where a number of it could not be read."""
        index = next((index for index, nom in self.numeriques.items() if nom == colonne), None)
        return Decimal(0) if index is None else self.sommes[index]

    def read_number(self, texte: str) -> Decimal | None:
        """The number that a field of a line of totals holds, among words or not ('Total : 1 234', '(65 rows)')."""
        nombre = re.sub(r"[\s\u00a0\u202f€]", "", re.sub(r"^[^\d]+|[^\d]+$", "", texte)).replace(",", ".")
        return Decimal(nombre) if re.fullmatch(r"\d+(\.\d+)?", nombre) else None

    def form_faults(self, part: Part) -> pl.DataFrame:
        """Rows whose form is wrong."""
        if part.fautes is None:
            return pl.DataFrame(schema=SCHEMA_DES_FAUTES)
        index = part.fautes.is_not_null().arg_true()
        colonnes = part.fautes.gather(index)
        return pl.DataFrame(
            {
                "index": index,
                "ligne": part.lignes.gather(index),
                "rang": part.lignes.gather(index) * CONTRATS_PAR_LIGNE,
                "colonne": colonnes,
                "valeur": pl.Series([None] * len(index), dtype=pl.String),
                "raison": colonnes.replace_strict(FAUTES, return_dtype=pl.String),
                "rejet": pl.Series([True] * len(index), dtype=pl.Boolean),
                "forme": pl.Series([None] * len(index), dtype=pl.String),
            }
        )


def word(libelles: Wordings, nette: Cleaned) -> Cleaned:
    """A column with its printed wordings, and a remark on those of no referential."""
    types, inconnus = libelles.apply(nette.types)
    if not inconnus.any():
        return replace(nette, types=types)
    remarques = nette.remarques
    if remarques is None:
        remarques = pl.repeat(None, len(inconnus), dtype=pl.String, eager=True)
    dits = pl.select(pl.when(inconnus).then(pl.lit(INCONNU)).otherwise(remarques)).to_series()
    return replace(nette, types=types, remarques=dits)


class NthContract:
    """The nth contract of each row of a part, or of those at the places `index`."""

    def __init__(
        self,
        checker: Checker,
        part: Part,
        nettes: dict[tuple[str, int], Cleaned],
        positions: dict[str, int],
        rang: int,
        index: pl.Series | None = None,
    ):
        self.checker, self.part, self.nettes, self.positions, self.rang = checker, part, nettes, positions, rang
        self.index = self.present_rows() if index is None else index
        self.naissances = self.births()
        self.uai = self.found_uai()

    def present_rows(self) -> pl.Series | None:
        """Rows that have an nth contract; None when a row is a contract."""
        if not self.checker.source.entete.apprenants:
            return None
        vide = pl.repeat(True, len(self.part.lignes), eager=True)
        for nom in APPRENANTS.colonnes_de_contrat:
            if nom in self.positions:
                vide = vide & self.part.champs[self.positions[nom]].blanks()
        if self.rang == 0 and self.part.fautes is not None:
            vide = vide & self.part.fautes.is_null()
        return (~vide).arg_true()

    def take(self, serie: pl.Series) -> pl.Series:
        """Values of the rows that have this contract."""
        return serie if self.index is None else serie.gather(self.index)

    def spread(self, nom: str, valeurs: pl.Series) -> pl.Series:
        """Values of the texts of a column → values of these rows."""
        return self.take(self.part.champs[self.positions[nom]].spread(valeurs))

    def cleaned(self, nom: str) -> Cleaned:
        return self.nettes[nom, self.positions[nom]]

    @property
    def hauteur(self) -> int:
        return len(self.part.lignes) if self.index is None else len(self.index)

    @property
    def rangs(self) -> np.ndarray:
        """Places in the part of the rows that have this contract."""
        return np.arange(len(self.part.lignes)) if self.index is None else self.index.to_numpy()

    def typed(self, nom: str) -> pl.Series:
        """A column of these rows, typed; empty where the file lacks it."""
        if nom not in self.positions:
            genre = self.checker.declarees[nom].type
            return pl.repeat(None, self.hauteur, dtype=cleaning.TYPES_POLARS.get(genre, pl.String), eager=True)
        return self.spread(nom, self.cleaned(nom).types)

    def encoded(self, c: InputColumn) -> pa.Array:
        """The same for the database: where texts repeat, each is there once, and DuckDB writes it faster."""
        if c.type == "naissance":
            return self.naissances.to_arrow()
        if c.nom == "uaicfa" and self.uai is not None:
            return self.typed(c.nom).zip_with(self.uai.is_null(), self.uai).to_arrow()
        if c.nom not in self.positions:
            return pa.nulls(self.hauteur, cleaning.TYPES_ARROW.get(c.type, pa.large_string()))
        if c.type in ("entier", "decimal", "booleen"):
            return self.typed(c.nom).to_arrow()
        return self.dictionary(c.nom, self.cleaned(c.nom).types)

    def dictionary(self, nom: str, valeurs: pl.Series) -> pa.Array:
        """Values of the texts of a column → those of these rows, each there once where texts repeat."""
        champ = self.part.champs[self.positions[nom]]
        if champ.places is None:
            return self.take(valeurs).to_arrow()
        places = self.take(champ.places)
        if valeurs.null_count():
            # An empty value is an empty place, not a place of the dictionary.
            rangs = pl.int_range(len(valeurs), dtype=pl.Int32, eager=True)
            places = pl.select(pl.when(valeurs.is_not_null()).then(rangs)).to_series().gather(places)
        textes = valeurs.to_arrow()
        return pa.DictionaryArray.from_arrays(
            places.to_arrow().cast(pa.int32()), textes if valeurs.dtype == pl.Date else textes.cast(pa.string())
        )

    def births(self) -> pl.Series:
        """Birth dates; a year of two digits is of the latest century that makes the person 14 or more at the start of
        the contract."""
        jeunes = self.typed("datenaissance")
        if not {"datenaissance", "datedebutcontrat"} <= self.positions.keys():
            return jeunes
        nette, ecriture = self.cleaned("datenaissance"), self.checker.ecriture
        courts = dates.is_short(nette.nets, ecriture)
        if not courts.any():
            return jeunes
        anciens = dates.read_days(nette.nets, ecriture, ANNEES_DE_NAISSANCE, siecle=19)
        frame = pl.DataFrame(
            {
                "jeune": jeunes,
                "ancien": self.spread("datenaissance", anciens),
                "court": self.spread("datenaissance", courts),
                "debut": self.typed("datedebutcontrat"),
            }
        )
        assez_age = pl.col("jeune").dt.offset_by("14y") <= pl.col("debut")
        return frame.select(
            pl.when(~pl.col("court") | assez_age).then(pl.col("jeune")).otherwise(pl.col("ancien"))
        ).to_series()

    def found_uai(self) -> pl.Series | None:
        """Where the UAI is empty, that of the CFA of the establishment, in the referential, of `siret`, else of
        `siretcfa` (2-inputs.md); null elsewhere, None if it is nowhere empty."""
        if "uaicfa" not in self.checker.declarees or not self.empty_texts("uaicfa"):
            return None
        trouves = pl.repeat(None, self.hauteur, dtype=pl.String, eager=True)
        for nom in ("siretcfa", "siret"):
            if nom in self.positions:
                codes = self.cleaned(nom).types
                uai = codes.replace_strict(self.checker.uai_des_cfa, default=None, return_dtype=pl.String)
                uai = self.spread(nom, uai)
                trouves = uai.zip_with(uai.is_not_null(), trouves)
        return trouves.zip_with(self.empty_rows("uaicfa"), pl.repeat(None, self.hauteur, dtype=pl.String, eager=True))

    def empty_texts(self, nom: str) -> bool:
        """Whether a column may be empty somewhere."""
        return nom not in self.positions or self.cleaned(nom).nets.null_count() > 0

    def empty_rows(self, nom: str) -> pl.Series:
        """Which of these rows have nothing in a column."""
        if nom not in self.positions:
            return pl.repeat(True, self.hauteur, eager=True)
        return self.spread(nom, self.cleaned(nom).nets.is_null())

    def count_found(self, masque: np.ndarray) -> int:
        """How many contracts of the rows of the mask have a UAI that was found."""
        return 0 if self.uai is None else int((self.uai.is_not_null().to_numpy() & masque[self.rangs]).sum())

    def rows(self, masque: np.ndarray) -> pa.Table:
        """The contracts of the rows of the mask: `ligne`, `rang`, `deformee`, names as compared, the columns."""
        lignes = self.take(self.part.lignes)
        fautes = self.part.fautes
        deformees = pl.repeat(False, self.hauteur, eager=True) if fautes is None else self.take(fautes.is_not_null())
        table = pa.table(
            {
                "ligne": lignes.to_arrow(),
                "rang": self.ranks(lignes).to_arrow(),
                "deformee": deformees.to_arrow(),
                **{f"{nom}_compare": self.compared(nom) for nom in ("nom", "prenom")},
                **{c.nom: self.encoded(c) for c in self.checker.colonnes},
            }
        )
        garder = masque[self.rangs]
        return table if garder.all() else table.filter(pa.array(garder))

    def ranks(self, lignes: pl.Series) -> pl.Series:
        """What tells the contracts of a file apart, from the lines of their rows."""
        return lignes * CONTRATS_PAR_LIGNE + self.rang

    def compared(self, nom: str) -> pa.Array:
        """A name as persons are compared."""
        if nom not in self.positions:
            return pa.nulls(self.hauteur, pa.large_string())
        return self.dictionary(nom, cleaning.plain(self.cleaned(nom).types))

    def faults(self) -> list[pl.DataFrame]:
        """One line per fault, in the order of the columns: columns, identity, then end."""
        trouvees = []
        for c in self.checker.colonnes:
            if c.obligatoire and self.empty_texts(c.nom):
                absents = self.empty_rows(c.nom)
                if c.nom == "uaicfa" and self.uai is not None:
                    absents = absents & self.uai.is_null()
                trouvees.append(self.where(absents, c.nom, ABSENT, True))
            if c.nom in self.positions:
                trouvees += self.column_faults(c)
        if self.checker.identite:
            anonyme = self.naissances.is_null()
            for nom in ("nom", "prenom"):
                anonyme = anonyme | self.typed(nom).is_null()
            trouvees.append(
                self.where(anonyme & self.typed("idalternant").is_null(), "idalternant", SANS_IDENTITE, True)
            )
            avant = self.typed("datefincontrat") < self.typed("datedebutcontrat")
            trouvees.append(self.where(avant, "datefincontrat", FIN_AVANT_DEBUT, True, True))
        return [f for f in trouvees if f.height]

    def column_faults(self, c: InputColumn) -> list[pl.DataFrame]:
        """What is wrong with the values of a column, looked for among its texts before the rows."""
        nette, trouvees = self.cleaned(c.nom), []
        remarques = nette.remarques
        for remarque in [] if remarques is None else remarques.drop_nulls().unique(maintain_order=True):
            masque = self.spread(c.nom, (remarques == remarque).fill_null(False))
            perdue = remarque in (DETRUIT, ECARTEE, NON_CALCULEE)
            montrer = not c.personnelle and remarque not in (ECARTEE, INCONNU, NON_CALCULEE)
            trouvees.append(
                self.where(masque, c.nom, remarque, c.obligatoire and perdue, montrer, c.decisive and perdue)
            )
        if nette.nets.null_count() == nette.types.null_count():
            return trouvees
        illisibles = nette.nets.is_not_null() & nette.types.is_null()
        if remarques is not None:
            illisibles = illisibles & remarques.is_null()
        if c.type == "naissance":
            ecrites = nette.nets.is_not_null()
            if remarques is not None:
                ecrites = ecrites & remarques.is_null()
            lignes = self.spread(c.nom, ecrites) & self.naissances.is_null()
            trouvees.append(self.where(lignes, c.nom, ILLISIBLE, c.obligatoire))
        elif illisibles.any():
            masque = self.spread(c.nom, illisibles)
            montrer = not c.personnelle and c.type not in cleaning.TUES
            trouvees.append(self.where(masque, c.nom, ILLISIBLE, c.obligatoire, montrer, c.decisive))
        return trouvees

    def where(
        self, masque: pl.Series, colonne: str, raison: str, rejet: bool, montrer: bool = False, decisive: bool = False
    ) -> pl.DataFrame:
        """One line for each row of the mask, with its value if it may be shown and, where it is decisive, its shape."""
        places = masque.fill_null(False).arg_true()
        if places.is_empty():
            return pl.DataFrame(schema=SCHEMA_DES_FAUTES)
        rien = pl.repeat(None, len(places), dtype=pl.String, eager=True)
        ecrites = self.spread(colonne, self.cleaned(colonne).nets).gather(places) if montrer or decisive else rien
        lignes = self.take(self.part.lignes).gather(places)
        return pl.DataFrame(
            {
                "index": places if self.index is None else self.index.gather(places),
                "ligne": lignes,
                "rang": self.ranks(lignes),
                "colonne": pl.repeat(self.header(colonne), len(places), dtype=pl.String, eager=True),
                "valeur": privacy.shown(ecrites) if montrer else rien,
                "raison": pl.repeat(raison, len(places), dtype=pl.String, eager=True),
                "rejet": pl.repeat(rejet, len(places), dtype=pl.Boolean, eager=True),
                "forme": privacy.shape(ecrites) if decisive else rien,
            },
            schema=SCHEMA_DES_FAUTES,
        )

    def header(self, colonne: str) -> str:
        """The name of a column in a message."""
        index = self.positions.get(colonne)
        return colonne if index is None else self.checker.source.entete.label(colonne, index)
