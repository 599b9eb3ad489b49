"""Synthetic exports of any size, number of CFA and year, for measurements and to see a year that the demonstration has
not: plausible, tied to no published figure.

Written file by file, each from columns of random numbers, so that five million rows fit in memory; the
legacy numpy generator is used because its sequences never change.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipeline.demo.deliveries import TYPES_CERFA
from pipeline.demo.folder import empty_folder
from pipeline.demo.names import (
    CODES_POSTAUX,
    DEBUTS_DE_NOM,
    FINS_DE_NOM,
    METIERS,
    PRENOMS_F,
    PRENOMS_H,
    invented_siret,
    uai_letter,
)
from pipeline.demo.published import (
    ANCIENNES,
    ANNEE,
    AUCUN,
    BAC_PRO,
    BREVET,
    NPEC,
    REFERENTIELS,
    PublishedFigures,
    read_table,
)
from pipeline.errors import UsageError
from pipeline.schemas import CONTRATS
from pipeline.schemas import REFERENTIELS as COLONNES

GRAINE = 2022
LIGNES_PAR_FICHIER = 250_000
CONTRATS_MAX, CFA_MAX = 5_000_000, 3_000
ANNEES = range(2020, 2059)  # those whose starts and ends are dates that an export may have
EMPLOYEURS, CONTRATS_PAR_EMPLOYEUR = 40_000, 4
PART_REPETEE, PART_D_AVENANTS, PART_DE_SECONDS = 0.02, 0.06, 0.13
PART_A_TERME = 0.6  # of the second contracts that may follow a term, those that do
DUREES = {"BAC PRO": 3, "INGENIEUR": 3, "TP": 1, "MC": 1, "LICENCE PRO": 1}
NIVEAU_6 = ("LICENCE PRO", "MASTER", "INGENIEUR")
# Share of the contracts that end broken for good: about 11 % of the apprentices of a year.
RISQUES = {"CAP": 0.23, "TP": 0.14, "MC": 0.14, "BAC PRO": 0.2, "BP": 0.18, "BTS": 0.15}
ENTREES = (AUCUN, "13", "33", "CAP", BREVET, "25", BAC_PRO, "42", "54")
PRENOMS = (*PRENOMS_H, *PRENOMS_F)
PRESENTATION = """# Export synthétique

**Tout est fictif** : établissements, entreprises, apprentis, identifiants, dates et montants sont tirés au
hasard, pour mesurer le traitement d'exports de grande taille. Aucun chiffre n'a de sens hors de là.

`contrats/` contient l'export, `referentiels/` les établissements inventés et les autres référentiels de la
démonstration. Ce dossier est produit par `ruptures exemple`.
"""
Array = np.ndarray[Any, Any]


def write_synthetic(sortie: Path, contrats: int, cfa: int, annee: str = "2021-2022") -> None:
    """Write an export of `contrats` rows (contracts, avenants, about 2 % of repeated rows), `cfa` structures.

    `sortie` gets `contrats/export_2022-11-05_001.csv` and following, `referentiels/` and `DEMONSTRATION.md`. The export
    is extracted in the November that follows `annee`, and has the contracts begun in the four years before it too.

    Raises:
        UsageError: more rows or structures than there are invented identifiers for, a year that is none or whose dates
            no export has, or exports that are not fictitious in `sortie`.
    """
    if not (1 <= contrats <= CONTRATS_MAX and 1 <= cfa <= CFA_MAX):
        raise UsageError("taille impossible", faire=f"Demandez de 1 à {CONTRATS_MAX} contrats et de 1 à {CFA_MAX} CFA.")
    if annee not in (annees := [f"{fin - 1}-{fin}" for fin in ANNEES]):
        raise UsageError("année impossible", faire=f"Demandez une année de {annees[0]} à {annees[-1]}.")
    empty_folder(sortie)
    structures = write_referentials(sortie / "referentiels", cfa)
    fabrique = BulkFactory(structures, PublishedFigures(), int(annee[5:]), contrats)
    for rang, debut in enumerate(range(0, contrats, LIGNES_PAR_FICHIER), start=1):
        lignes = fabrique.rows(rang, debut, min(LIGNES_PAR_FICHIER, contrats - debut))
        lignes.write_csv(sortie / "contrats" / f"export_{fabrique.extraction}_{rang:03d}.csv")
    (sortie / "DEMONSTRATION.md").write_bytes(PRESENTATION.encode())


# Of its own CFA: those invented here are others.
DE_LA_DEMONSTRATION = frozenset({"etablissements", "partenaires", "objectifs", "indicateurs", "actions"})


def write_referentials(dossier: Path, cfa: int) -> pl.DataFrame:
    """The referentials of the demonstration with `cfa` invented structures, one in ten an UFA of the CFA before it."""
    dossier.mkdir(parents=True, exist_ok=True)
    for nom in COLONNES:
        if nom not in DE_LA_DEMONSTRATION:
            source = NPEC if nom == "npec" else REFERENTIELS / f"{nom}.csv"
            if source.exists():  # not an optional one that the demonstration lacks
                shutil.copyfile(source, dossier / f"{nom}.csv")
    lignes = []
    uai_cfa = ""
    for rang in range(cfa):
        chiffres = f"{1 + rang % 95:03d}{9000 + rang // 95:04d}"
        uai, ufa = chiffres + uai_letter(chiffres), rang % 10 == 9
        uai_cfa = uai_cfa if ufa else uai
        type_ = "UFA" if ufa else "CFA"
        lignes.append(
            (uai, invented_siret(90_000 + rang), f"{type_} fictif n° {rang + 1}", type_, uai_cfa,
             f"Commune {rang + 1}", f"{1 + rang % 95:02d}000", "", "true")
        )  # fmt: skip
    entetes = [*(c.nom for c in COLONNES["etablissements"]), "identifiant_fictif"]
    with (dossier / "etablissements.csv").open("w", encoding="utf-8", newline="") as flux:
        csv.writer(flux, lineterminator="\n").writerows([entetes, *lignes])
    return pl.DataFrame(lignes, schema=entetes, orient="row")


def pick(valeurs: list[str] | tuple[str, ...], rangs: Array) -> pl.Series:
    """`valeurs` at these positions; a negative position is an empty cell."""
    vides = pl.Series([*valeurs, None], dtype=pl.String)
    return vides.gather(np.where(rangs < 0, len(valeurs), rangs))


def days(annees: Array, mois: int, jour: int) -> Array:
    """The same day of each year."""
    return (
        (annees - 1970).astype("datetime64[Y]").astype("datetime64[M]")
        + np.timedelta64(mois - 1, "M")
        + (np.timedelta64(jour - 1, "D"))
    )


class BulkFactory:
    """Makes the rows of one file after another; holds the vocabularies they share."""

    def __init__(self, structures: pl.DataFrame, publie: PublishedFigures, annee: int, contrats: int) -> None:
        self.annee = annee
        self.extraction = np.datetime64(f"{annee}-11-05")
        self.apart = np.random.RandomState(annee)
        siret_cfa = dict(zip(structures["uai"], structures["siret"], strict=True))
        self.structures = structures.with_columns(siretcfa=structures["uai_cfa_rattachement"].replace_strict(siret_cfa))
        self.diplomes = list(publie.diplomes.values())
        poids = np.array([publie.ruptures_par_diplome.get(d.intitule, 0) + 2.0 for d in self.diplomes])
        poids *= np.array([annee <= ANNEE or d.intitule not in ANCIENNES for d in self.diplomes])
        # Since 2025 employers owe a part of the diplomas of level 6 and more: enough of them to be seen.
        poids *= np.where([annee > ANNEE and d.type in NIVEAU_6 for d in self.diplomes], 6.0, 1.0)
        self.poids_diplomes = poids / poids.sum()
        self.durees = np.array([DUREES.get(d.type, 2) for d in self.diplomes])
        self.risques = np.array([RISQUES.get(d.type, 0.08) for d in self.diplomes])
        self.apres = np.array([rang for rang, d in enumerate(self.diplomes) if d.type in ("BP", "BAC PRO")])
        self.npec = {n["code_diplome"]: n["npec_annuel"] for n in read_table(NPEC)}
        self.noms = [(d + f).upper() for d in DEBUTS_DE_NOM for f in FINS_DE_NOM]
        self.employeurs = [
            invented_siret(rang) for rang in range(min(EMPLOYEURS, 1 + contrats // CONTRATS_PAR_EMPLOYEUR))
        ]
        self.motifs = {
            liste: [m["motif"] for m in read_table(REFERENTIELS / "motifs.csv") if m["liste"] == liste]
            for liste in ("exprime", "valide")
        }
        libelles = {(s.type, s.duree, s.annee_cycle): s.libelle for s in publie.situations.values()}
        # Position: diploma × 4 + year of cycle.
        self.situations = [
            libelles.get((d.type, int(duree), annee), "")
            for d, duree in zip(self.diplomes, self.durees, strict=True)
            for annee in range(4)
        ]

    def rows(self, rang: int, premier: int, nombre: int) -> pl.DataFrame:
        """`nombre` rows, of contracts and people that no other file has; `premier` rows came before them."""
        alea = np.random.RandomState(GRAINE + rang)
        repetees = int(nombre * PART_REPETEE)
        avenants = int(nombre * PART_D_AVENANTS)
        contrats = self.contracts(alea, premier, nombre - repetees - avenants)
        choisis = alea.choice(contrats.height, avenants, replace=False)
        lignes = pl.concat([contrats, amend(alea, contrats[choisis])])
        lignes = pl.concat([lignes, lignes[alea.choice(lignes.height, repetees, replace=False)]])
        return lignes[alea.permutation(nombre)]

    def contracts(self, alea: np.random.RandomState, premier: int, nombre: int) -> pl.DataFrame:
        """The initial rows of `nombre` contracts: those of as many people less the second contracts of
        some."""
        seconds = int(nombre * PART_DE_SECONDS)
        base = self.first_contracts(alea, nombre - seconds)
        suites = self.second_contracts(alea, base, seconds)
        colonnes = {cle: np.concatenate([base[cle], suites[cle]]) for cle in base}
        return self.describe(alea, premier, colonnes)

    def first_contracts(self, alea: np.random.RandomState, n: int) -> dict[str, Array]:
        """First contracts of `n` people, as numbers: positions in vocabularies, dates, `NaT` where not
        broken."""
        diplome = alea.choice(len(self.diplomes), n, p=self.poids_diplomes)
        rentree = alea.choice(np.arange(self.annee - 4, self.annee + 1), n, p=(0.22, 0.2, 0.21, 0.21, 0.16))
        duree = self.durees[diplome]
        cycle = rentree - ((duree > 1) & (alea.random_sample(n) < 0.08))
        debut = days(rentree, 9, 1) + alea.choice((-12, -4, 0, 2, 5, 14, 30, 50), n).astype("timedelta64[D]")
        debut += alea.randint(0, 7, n).astype("timedelta64[D]")
        fin = days(cycle + duree, 8, 31) - np.where(alea.random_sample(n) < 0.1, alea.randint(31, 60, n), 0).astype(
            "timedelta64[D]"
        )
        rompu = alea.random_sample(n) < self.risques[diplome]
        return {
            "personne": np.arange(n),
            "structure": alea.randint(0, self.structures.height, n),
            "diplome": diplome,
            "cycle": cycle,
            "debut": debut,
            "fin": fin,
            "rupture": break_days(alea, debut, fin, rompu, self.extraction),
            "type": np.full(n, 11),
            "age": 15 + np.minimum(alea.geometric(0.3, n) - 1, 14) + 3 * (self.durees[diplome] == 1),
            "rentree": rentree,
        }

    def second_contracts(self, alea: np.random.RandomState, base: dict[str, Array], n: int) -> dict[str, Array]:
        """Second contracts of `n` people: another diploma after a term, else the same one after a rupture,
        which is then written on the first."""
        choisis = alea.choice(len(base["personne"]), n, replace=False)
        # Drawn apart: all the rest is as before, and the export of the default year the one that was measured.
        alike = self.followed(base, n) if self.annee > ANNEE else None
        choisis = choisis if alike is None else alike[0]
        suite = {cle: valeurs[choisis].copy() for cle, valeurs in base.items()}
        termine = np.isnat(suite["rupture"]) & (suite["fin"] < np.datetime64(f"{self.annee}-08-31"))
        termine &= alea.random_sample(n) < PART_A_TERME
        suite["diplome"] = np.where(termine, alea.choice(self.apres, n), suite["diplome"])
        annee = suite["fin"].astype("datetime64[Y]").astype(int) + 1970
        suite["cycle"] = np.where(termine, annee, suite["cycle"])
        ecoule = (np.minimum(suite["fin"], self.extraction) - suite["debut"]).astype(int)
        jour = suite["debut"] + (ecoule * (0.1 + 0.6 * alea.random_sample(n))).astype("timedelta64[D]")
        jour = jour if alike is None else alike[1]
        base["rupture"][choisis[~termine]] = jour[~termine]
        delai = np.where(termine, 5, 1) + alea.randint(0, 40, n)
        debut = np.where(termine, suite["fin"], jour) + delai.astype("timedelta64[D]")
        suite["debut"] = np.minimum(debut, np.datetime64(f"{self.annee}-10-31"))
        nouvelle_fin = days(annee + self.durees[suite["diplome"]], 8, 31)
        suite["fin"] = np.where(termine, nouvelle_fin, np.maximum(suite["fin"], suite["debut"] + 30))
        rompu = alea.random_sample(n) < self.risques[suite["diplome"]] * 0.8
        suite["rupture"] = break_days(alea, suite["debut"], suite["fin"], rompu, self.extraction)
        suite["type"] = np.where(termine, 22, 23)
        return suite

    def followed(self, base: dict[str, Array], n: int) -> tuple[Array, Array]:
        """The contracts that another follows, and the day when each is broken if it is: as likely at the same age
        whatever the year it began in, for a forecast to be made of one year from those before."""
        duree = (base["fin"] - base["debut"]).astype(int)
        part = 0.1 + 0.6 * self.apart.random_sample(len(duree))
        jour = base["debut"] + (duree * part).astype("timedelta64[D]")
        au_terme = np.isnat(base["rupture"]) & (base["fin"] < np.datetime64(f"{self.annee}-08-31"))
        venu = jour < np.datetime64(f"{self.annee}-09-20")
        poids = np.where(au_terme, 1.0, np.where(venu, 1 - PART_A_TERME, 0.0))
        choisis = self.apart.choice(len(duree), n, replace=False, p=poids / poids.sum())
        return choisis, jour[choisis]

    def describe(self, alea: np.random.RandomState, premier: int, c: dict[str, Array]) -> pl.DataFrame:
        """Every column of an export, from the numbers of `first_contracts` and `second_contracts`."""
        n = len(c["debut"])
        personne = premier + c["personne"]
        employeur = alea.randint(0, len(self.employeurs), n)
        connu = ~np.isnat(c["rupture"])
        inconnu = ~connu & (alea.random_sample(n) < 0.002) & (c["debut"] < np.datetime64(f"{self.annee}-06-01"))
        sort, declare = alea.random_sample(n), alea.random_sample(n)
        fini = np.where(connu, c["rupture"] - np.timedelta64(1, "D"), c["fin"])
        statut = np.where(connu | inconnu, 0, np.where(sort < 0.003, 1, np.where(sort < 0.03, 2, -1)))
        signale = np.where(inconnu, c["debut"] + 25, c["rupture"] + alea.randint(0, 20, n).astype("timedelta64[D]"))
        cycle = np.clip(self.annee - c["cycle"], 1, self.durees[c["diplome"]])
        # No two people have one name and one birth date: five million fill 119 days of each pair of names.
        prenom = personne // len(self.noms) % len(PRENOMS)
        rang = personne // (len(self.noms) * len(PRENOMS))
        naissance = days(c["rentree"] - c["age"], 1, 1) + (personne // 7 % 2 * 128 + rang)
        filieres = [d.filiere for d in self.diplomes]
        structure = self.structures[c["structure"]]
        postal = pick(CODES_POSTAUX, alea.randint(0, len(CODES_POSTAUX), n))
        motif = np.where(connu | inconnu, alea.randint(0, 9, n), -1)
        cellules: dict[str, pl.Series | pl.Expr] = {
            "nocontrat": contract_numbers(premier, c, np.datetime64(f"{self.annee}-10-01")),
            "typecontrat": pl.Series(c["type"]).cast(pl.String),
            "statut": pick(("Rompu", "Annulé", "Corrigé"), statut),
            "dateconclusion": pl.Series(c["debut"] - alea.randint(0, 25, n).astype("timedelta64[D]")),
            "datedebutcontrat": pl.Series(c["debut"]),
            "datefincontrat": pl.Series(c["fin"]),
            "dateeffetrupture": pl.Series(c["rupture"]),
            "datesignalementrupture": pl.Series(np.minimum(signale, self.extraction)),
            "rupture_avant_debut": pick(("false", "true"), (alea.random_sample(n) < 0.002).astype(int)),
            "dispositif": pl.Series(["APPR"]).new_from_index(0, n),
            "idalternant": pl.Series(personne).cast(pl.String).str.zfill(9),
            "nom": pick(self.noms, personne * 7919 % len(self.noms)),
            "prenom": pick(PRENOMS, prenom),
            "datenaissance": pl.Series(naissance),
            "sexe": pick(("H", "F"), (prenom >= len(PRENOMS_H)).astype(int)),
            "codediplome": pick([d.code for d in self.diplomes], c["diplome"]),
            "rncp": pick([f"RNCP9{rang:04d}" for rang in range(len(self.diplomes))], c["diplome"]),
            "typediplome": pick([TYPES_CERFA[d.type] for d in self.diplomes], c["diplome"]),
            "intituleouqualification": pick([d.intitule for d in self.diplomes], c["diplome"]),
            "datedebutformation": pl.Series(days(c["cycle"], 9, 1) + (personne % 12)),
            "datefinformation": pl.Series(days(c["cycle"] + self.durees[c["diplome"]], 6, 25)),
            "derniereclasse": pick(("01", "11", "12"), alea.randint(0, 3, n)),
            "situationavantcontrat": pick(("1", "4", "8", "11"), alea.randint(0, 4, n)),
            "uaicfa": structure["uai_cfa_rattachement"],
            "siret": structure["siret"],
            "siretcfa": structure["siretcfa"],
            "siretemployeur": pick(self.employeurs, employeur),
            "denomination": pick(self.noms, employeur % len(self.noms)),
            "naf": pick([METIERS[f][0] for f in filieres], c["diplome"]),
            "codeidcc": pick(("1596", "1597"), employeur % 2),
            "nombredesalaries": pl.Series(1 + employeur % 60).cast(pl.String),
            "typeemployeur": pick(("11", "12"), employeur % 2),
            "employeurcodepostal": postal,
            "adressecodepostal": postal,
            "diplomeentree": pick(ENTREES, np.minimum(alea.geometric(0.25, n) - 1, len(ENTREES) - 1)),
            "situation": pick(self.situations, c["diplome"] * 4 + cycle),
            "motifexprime": pick(self.motifs["exprime"], motif),
            "motifvalide": pick(self.motifs["valide"], motif),
            "datesuppression": pl.Series(np.where(sort < 0.001, c["debut"], np.datetime64("NaT"))),
            # The payer knows the real end of what is over.
            "drfc": pl.Series(np.where(fini < self.extraction, fini, np.datetime64("NaT"))),
            "handicap": pick(("false", "true"), np.where(declare < 0.1, -1, (declare > 0.96).astype(int))),
            "npecannuel": pick([self.npec[d.code] for d in self.diplomes], c["diplome"]),
        }
        vide = pl.Series([None], dtype=pl.String).new_from_index(0, n)
        lignes = pl.DataFrame({col.nom: cellules.get(col.nom, vide) for col in CONTRATS})
        return lignes.with_columns(pl.col("dateeffetavenant").cast(pl.Date))


def break_days(alea: np.random.RandomState, debut: Array, fin: Array, rompu: Array, extraction: np.datetime64) -> Array:
    """Day of the rupture of the contracts that are broken: rather early, before their end and the
    extraction."""
    jour = debut + (3 + alea.exponential(170, len(debut))).astype("timedelta64[D]")
    garde = rompu & (jour < fin) & (jour < extraction - 3)
    return np.where(garde, jour, np.datetime64("NaT"))


def contract_numbers(premier: int, c: dict[str, Array], attente_depuis: np.datetime64) -> pl.Series:
    """Department, month and a running number that makes them unique; none yet for those re-signed since that day."""
    rang = premier + np.arange(len(c["debut"]))
    mois = pl.Series(c["debut"]).dt.strftime("%Y%m")
    departement = pl.Series(1 + rang // 1_000_000 * 19 + c["structure"] % 19).cast(pl.String).str.zfill(3)
    numero = departement + mois + pl.Series(rang % 1_000_000).cast(pl.String).str.zfill(6)
    attente = (c["type"] == 23) & (c["debut"] >= attente_depuis)
    return pl.select(pl.when(pl.Series(~attente)).then(numero)).to_series()


def amend(alea: np.random.RandomState, contrats: pl.DataFrame) -> pl.DataFrame:
    """An avenant of each contract, some of its optional cells left empty."""
    ecart = alea.randint(20, 150, contrats.height).astype("timedelta64[D]")
    jour = pl.Series(contrats["datedebutcontrat"].to_numpy() + ecart)
    vide = pl.Series(alea.random_sample(contrats.height) < 0.5)
    return contrats.with_columns(
        *(pl.when(vide).then(None).otherwise(pl.col(c)).alias(c) for c in ("naf", "codeidcc", "situation")),
        typecontrat=pl.lit("36"),
        noavenant=pl.lit("1"),
        dateeffetavenant=pl.min_horizontal(jour, "datefincontrat"),
    )
