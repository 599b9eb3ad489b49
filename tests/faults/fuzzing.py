"""Spoilt folders: one file of a small network, of any kind that a run reads, changed at random from a number.

`python -m tests.faults.fuzzing SECONDES [PREMIER]` tries numbers for that long, and tells those whose run ends with
another code than it may, or takes more memory or time than it may.
"""

from __future__ import annotations

import io
import json
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from pipeline.cli import app
from tests.faults.maker import Classeur, feuille, write_workbook
from tests.pages import second_network
from tests.support import construct, write_csv

try:
    import resource
except ImportError:  # Windows
    resource = None

CODES = frozenset({0, 2, 3, 4, 5})
MEMOIRE_MAX, SECONDES_MAX, OCTETS_MAX = 3 << 30, 120, 10_000_000
CONTRATS, SUIVI = "donnees/contrats", "donnees/suivi"
# What means something to some reader, then what is only awkward.
MORCEAUX = [
    b'"', b"'", b";", b",", b"\t", b"|", b"\n", b"\r", b"\r\n", b'""', b'"\n"', b'";"', b"\x00", b"\x1a",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\x81", b"\xe9", b"\xc3\xa9", b"\xe2\x80\x8b", b"\xf0\x9f\x8e\x93", b"=1+1",
    b'="12"', b"'12", b"#N/A", b"NULL", b"-", b"0", b"-1", b"1e309", b"1,32E+13", b"99999999999999999999",
    b"0.1", b"31/02/2021", b"2021-13-01", b"44440", b"20210901", b"9999-12-31", b"0001-01-01",
    b"2022-09-01T00:00:00+25:00", b"true", b"oui", b"_x000D_", b"Total;3\n", b"(12 rows)\n", b"sep=;\n", b"[",
    b"]", b"{", b"}", b"[[", b"]]", b"=", b"#", b"\\", b"&a", b"*a", b"<", b">", b"&", b"<!DOCTYPE a>", b"]]>",
    b"inf", b"nan", b'"""', b"'''", b"..", b"/", b"C:\\", b"%s", b"{0}",
]  # fmt: skip
REGLAGES = (
    b'[colonnes]\nnocontrat = "x"\n', b'[fichiers]\n"a" = 2022-01-01\n', b'[annees]\npremiere = "2022-2023"\n',
    b'[annees]\nfins = {"2022-2023" = 2023-07-31}\n', b"[periodes]\nessai_mois = 2\n",
    b"[ingestion]\npart_rejets_max = 1\n", b'[colonnes_supplementaires]\ninternat = "texte"\n',
    b'[identites]\nportee = "cfa"\n', b"[ventilations]\nduree_max = 3\n", b'[presentation]\ntextes = "."\n',
    b'[presentation]\nlogo = "config.toml"\n', b'version = "0.0.1"\n', b"[[sections]]\n",
)  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """What a number tried: the file that was changed, how the run ended, what it took beside all before it (bytes) and
    by itself (seconds of CPU), and what it said where it ended badly."""

    graine: int
    fichier: str
    code: int
    memoire: int
    secondes: float
    dit: str

    @property
    def tenu(self) -> bool:
        return self.code in CODES and self.memoire <= MEMOIRE_MAX and self.secondes <= SECONDES_MAX


def write_network(dossier: Path, hasard: random.Random) -> None:
    """The network, its export of one of the kinds that are read, with a follow-up."""
    lignes = [
        {
            **ligne,
            "nom": "Le Goff",
            "prenom": f"A{n}",
            "datenaissance": "2004-03-15",
            "statut": "",
            "npecannuel": "7000,5",
        }
        for n, ligne in enumerate(second_network.rows())
    ]
    second_network.write(dossier, lignes)
    csv = dossier / CONTRATS / "registre_2024-09-15.csv"
    genre = hasard.choice(["csv", "csv", "xlsx", "json", "échange"])
    if genre != "csv":
        csv.unlink()
    if genre == "xlsx":
        write_workbook(csv.with_suffix(".xlsx"), Classeur({"Export": feuille(*lignes)}), "000")
    elif genre == "json":
        csv.with_suffix(".json").write_text(json.dumps({"contrats": lignes}), encoding="utf-8")
    elif genre == "échange":
        write_csv(csv, [exchanged(ligne) for ligne in lignes])
    write_csv(
        dossier / SUIVI / "suivi_2024-09-15.csv",
        [{"nocontrat": ligne["nocontrat"], "npecannuel": "6500"} for ligne in lignes[:9]],
    )


def exchanged(ligne: dict[str, str]) -> dict[str, str]:
    """A row of the exchange layout."""
    return {
        "nom_apprenant": ligne["nom"], "prenom_apprenant": ligne["prenom"],
        "date_de_naissance_apprenant": ligne["datenaissance"], "formation_cfd": ligne["codediplome"],
        "etablissement_responsable_uai": ligne["uaicfa"], "annee_formation": "1",
        "contrat_date_debut": ligne["datedebutcontrat"], "contrat_date_fin": ligne["datefincontrat"],
        "contrat_date_rupture": ligne["dateeffetrupture"], "contrat_date_debut_2": "", "contrat_date_fin_2": "",
    }  # fmt: skip


def spoil(octets: bytes, hasard: random.Random, morceaux: list[bytes]) -> bytes:
    """Bytes changed once to eight times."""
    for _ in range(hasard.choice([1, 1, 1, 2, 3, 8])):
        octets = hasard.choice(FACONS)(octets, hasard, morceaux)
    return octets[:OCTETS_MAX]


def place(octets: bytes, hasard: random.Random) -> int:
    """Anywhere, and one time in two near the beginning, where headers are."""
    return hasard.randrange(1 + (len(octets) if hasard.random() < 0.5 else min(len(octets), 300)))


def insert(octets: bytes, hasard: random.Random, morceaux: list[bytes]) -> bytes:
    ici = place(octets, hasard)
    return octets[:ici] + hasard.choice(morceaux) * hasard.choice([1, 1, 1, 2, 50]) + octets[ici:]


def flip(octets: bytes, hasard: random.Random, _morceaux: list[bytes]) -> bytes:
    change = bytearray(octets)
    for _ in range(hasard.choice([1, 4, 40])):
        if change:
            change[hasard.randrange(len(change))] = hasard.randrange(256)
    return bytes(change)


def cut(octets: bytes, hasard: random.Random, _: list[bytes]) -> bytes:
    ici = place(octets, hasard)
    return octets[:ici] if hasard.random() < 0.5 else octets[:ici] + octets[ici + hasard.choice([1, 9, 200]) :]


def lines(octets: bytes, hasard: random.Random, _: list[bytes]) -> bytes:
    """Lines taken out, said again, in another order, or a great many times."""
    rangees = octets.splitlines(keepends=True) or [b""]
    ici, la = hasard.randrange(len(rangees)), hasard.randrange(len(rangees))
    facon = hasard.randrange(5)
    if facon == 0:
        del rangees[ici]
    elif facon == 1:
        rangees.insert(la, rangees[ici])
    elif facon == 2:
        rangees[ici], rangees[la] = rangees[la], rangees[ici]
    elif facon == 3:
        hasard.shuffle(rangees)
    else:
        rangees[ici:ici] = [rangees[ici]] * hasard.choice([2, 100, 20_000])
    return b"".join(rangees)


def fields(octets: bytes, hasard: random.Random, morceaux: list[bytes]) -> bytes:
    """A field of a line in place of another, or something else in its place."""
    rangees = octets.splitlines(keepends=True) or [b""]
    ici = hasard.randrange(min(len(rangees), 2) if hasard.random() < 0.5 else len(rangees))
    separateur = hasard.choice([b",", b";", b"=", b" "])
    champs = rangees[ici].split(separateur)
    champs[hasard.randrange(len(champs))] = hasard.choice([*morceaux, *champs, b"", b"x" * 3_000_000])
    rangees[ici] = separateur.join(champs)
    return b"".join(rangees)


def recode(octets: bytes, hasard: random.Random, _: list[bytes]) -> bytes:
    """The same text in another encoding, or read in the wrong one."""
    texte = octets.decode("utf-8", "replace")
    return texte.encode(hasard.choice(["utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-32", "utf-7"]), "replace")


Way = Callable[[bytes, random.Random, list[bytes]], bytes]
FACONS: tuple[Way, ...] = (insert, insert, insert, flip, cut, lines, lines, fields, fields, fields, recode)


def spoil_workbook(octets: bytes, hasard: random.Random) -> bytes:
    """A workbook with one of its parts changed, or changed as a whole."""
    if hasard.random() < 0.15:
        return spoil(octets, hasard, MORCEAUX)
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as lue, zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as ecrite:
        noms = lue.namelist()
        change = hasard.choice([*noms, *(nom for nom in noms if "sheet1" in nom)])
        for nom in noms:
            contenu = lue.read(nom)
            if nom == change:
                if hasard.random() < 0.1:
                    continue
                contenu = spoil(contenu, hasard, MORCEAUX)
            ecrite.writestr(nom, contenu)
    return sortie.getvalue()


def spoil_network(dossier: Path, hasard: random.Random) -> str:
    """Change a file of the network; which one."""
    fichiers = sorted(f for f in dossier.rglob("*") if f.is_file())
    exports = [f for f in fichiers if f.parent.name == "contrats"]
    choisi = hasard.choice([*fichiers, *exports * 6, dossier / "config.toml", dossier / "config.toml"])
    octets = choisi.read_bytes()
    if choisi.suffix == ".xlsx":
        octets = spoil_workbook(octets, hasard)
    elif choisi.suffix == ".toml":
        octets = hasard.choice([b"", *REGLAGES]) + spoil(octets, hasard, [*MORCEAUX, *REGLAGES])
    else:
        octets = spoil(octets, hasard, MORCEAUX)
    choisi.write_bytes(octets)
    return f"{choisi.parent.name}/{choisi.name}"


def attempt(graine: int) -> Trial:
    """Spoil a network by this number, and build it."""
    hasard = random.Random(graine)
    with tempfile.TemporaryDirectory(prefix="essai-") as lieu:
        dossier = Path(lieu)
        write_network(dossier, hasard)
        fichier, debut = spoil_network(dossier, hasard), time.process_time()
        if hasard.random() < 0.2:
            ou = ["--donnees", str(dossier / "donnees"), "--config", str(dossier / "config.toml")]
            resultat = CliRunner().invoke(app, ["examiner", *ou])
        else:
            resultat = construct(dossier, *hasard.choice([(), ("--accepter-rejets",)]))
        secondes = time.process_time() - debut
    dit = "" if resultat.exit_code in CODES else "".join(traceback.format_exception(resultat.exception))
    return Trial(graine, fichier, resultat.exit_code, peak(), secondes, dit)


def peak() -> int:
    """The most memory that this process has taken, in bytes; 0 where the system does not tell."""
    return 0 if resource is None else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def attempts(secondes: float, premier: int) -> Iterator[Trial]:
    """Numbers tried for that long."""
    fin, graine = time.monotonic() + secondes, premier
    while time.monotonic() < fin:
        yield attempt(graine)
        graine += 1


def main() -> None:
    codes, pire = Counter[int](), 0.0
    for essai in attempts(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0):
        codes[essai.code] += 1
        pire = max(pire, essai.secondes)
        if not essai.tenu:
            sys.stdout.write(f"{essai.graine} {essai.fichier} {essai.code} {essai.memoire >> 20} {essai.secondes}\n")
            sys.stdout.write(f"{essai.dit[-1500:]}\n")
            sys.stdout.flush()
    dits = f"codes {dict(sorted(codes.items()))}, {peak() >> 20} Mio, {pire:.1f} s au plus"
    sys.stdout.write(f"{codes.total()} essais, {dits}\n")


if __name__ == "__main__":
    main()
