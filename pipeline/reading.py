"""One file → records: bytes, encoding, delimiter, header, physical lines. Knows nothing of contracts."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.errors import InputError, closest, nearest
from pipeline.schemas import Colonne, header_key

EXTENSIONS = frozenset({".csv", ".txt", ".tsv"})
MARQUE_FICTIVE = "DEMONSTRATION.md"  # its presence marks a data folder as fictitious
SEPARATEURS = (";", ",", "\t", "|")
LIGNES_DE_TITRE_MAX = 20
DATE_DANS_NOM = re.compile(
    r"(?<!\d)(?:(?P<a>20\d\d)-(?P<m>\d\d)-(?P<j>\d\d)|(?P<a2>20\d\d)(?P<m2>\d\d)(?P<j2>\d\d)"
    r"|(?P<j3>\d\d)-(?P<m3>\d\d)-(?P<a3>20\d\d))(?!\d)"
)


@dataclass(frozen=True)
class Source:
    """A readable file and how it is read.

    Attributes:
        positions: schema column → index of its field.
        ignorees: headers that no declared column claims.
        ligne_entete: physical line of the header, from 1.
    """

    chemin: Path
    sha256: str
    encodage: str
    separateur: str
    ligne_entete: int
    n_champs: int
    positions: dict[str, int]
    ignorees: tuple[str, ...]
    texte: str


def list_data(dossier: Path) -> list[Path]:
    """What somebody has put in a folder: dot files are the project's own."""
    return [f for f in sorted(dossier.glob("*")) if not f.name.startswith(".")] if dossier.is_dir() else []


def list_files(dossier: Path) -> list[Path]:
    """Data files of a folder, by name.

    Raises:
        InputError: a file that is neither a table nor a known leftover of the system.
    """
    if not dossier.is_dir():
        return []
    fichiers = []
    for chemin in sorted(dossier.iterdir()):
        if chemin.name.startswith((".", "~$")) or chemin.name == "Thumbs.db":
            continue
        if not chemin.is_file() or chemin.suffix.lower() not in EXTENSIONS:
            raise InputError(
                "ce n'est pas un export lisible",
                ou=chemin,
                faire="Retirez-le du dossier ou enregistrez-le en CSV (.csv, .txt ou .tsv) : "
                "un fichier laissé de côté serait des contrats perdus.",
            )
        fichiers.append(chemin)
    return fichiers


def extraction_date(nom: str, chemin: Path) -> date | None:
    """Extraction date written in a file name (2022-08-31, 20220831 or 31-08-2022), or None.

    Raises:
        InputError: the name has two different dates, or one that does not exist.
    """
    dates = set()
    for trouve in DATE_DANS_NOM.finditer(nom):
        morceaux = trouve.groupdict()
        annee = morceaux["a"] or morceaux["a2"] or morceaux["a3"]
        mois = morceaux["m"] or morceaux["m2"] or morceaux["m3"]
        jour = morceaux["j"] or morceaux["j2"] or morceaux["j3"]
        try:
            dates.add(date(int(annee), int(mois), int(jour)))
        except ValueError:
            raise InputError(
                "la date d'extraction écrite dans le nom du fichier n'existe pas",
                ou=chemin,
                faire="Renommez le fichier ou donnez sa date dans config.toml, [fichiers].",
            ) from None
    if len(dates) > 1:
        raise InputError(
            "le nom du fichier porte deux dates",
            ou=chemin,
            faire="Donnez sa date d'extraction dans config.toml, [fichiers].",
        )
    return dates.pop() if dates else None


def decode(octets: bytes, chemin: Path) -> tuple[str, str]:
    """(text, encoding): byte order mark, then strict UTF-8, then strict Windows-1252.

    Raises:
        InputError: none of them fits.
    """
    for marque, codec, nom in (
        (b"\xef\xbb\xbf", "utf-8-sig", "utf-8-sig"),
        (b"\xff\xfe", "utf-16", "utf-16-le"),
        (b"\xfe\xff", "utf-16", "utf-16-be"),
    ):
        if octets.startswith(marque):
            candidats = [(codec, nom)]
            break
    else:
        candidats = [("utf-8", "utf-8"), ("cp1252", "cp1252")]
    for codec, nom in candidats:
        try:
            return octets.decode(codec), nom
        except UnicodeDecodeError:
            continue
    raise InputError(
        "l'encodage du fichier n'est ni UTF-8, ni UTF-16, ni Windows-1252",
        ou=chemin,
        faire="Enregistrez-le de nouveau en « CSV UTF-8 ».",
    )


def split(ligne: str, separateur: str) -> list[str]:
    """Fields of one header line."""
    return next(csv.reader([ligne], delimiter=separateur), [])


def open_source(chemin: Path, colonnes: tuple[Colonne, ...], renommees: Mapping[str, str] = {}) -> Source:
    """Read a file's bytes and find its header; `renommees` gives other headers under which columns may stand.

    The delimiter is the one that makes the most declared columns appear in one of the first lines: it is read from
    the header, never guessed from the data.

    Raises:
        InputError: unreadable or empty file, unknown encoding, header absent, incomplete or duplicated.
    """
    try:
        octets = chemin.read_bytes()
    except OSError:
        raise InputError(
            "fichier illisible", ou=chemin, faire="Vérifiez vos droits et qu'il n'est pas ouvert ailleurs."
        ) from None
    texte, encodage = decode(octets, chemin)
    if not texte.strip("\x00 \t\r\n"):
        raise InputError("fichier vide", ou=chemin, faire="Refaites l'export, ou retirez ce fichier.")
    connues = {header_key(c.nom): c.nom for c in colonnes}
    connues |= {header_key(renommees[c.nom]): c.nom for c in colonnes if c.nom in renommees}
    meilleur: tuple[int, int, str, list[str]] | None = None
    for numero, ligne in enumerate(first_lines(texte), start=1):
        for separateur in SEPARATEURS:
            champs = split(ligne, separateur)
            reconnus = len({header_key(c) for c in champs} & connues.keys())
            if meilleur is None or reconnus > meilleur[0]:
                meilleur = (reconnus, numero, separateur, champs)
    assert meilleur is not None
    _, ligne_entete, separateur, champs = meilleur
    while champs and not champs[-1].strip():
        champs.pop()
    positions, ignorees = match_headers(champs, connues, chemin, ligne_entete)
    check_headers(colonnes, positions, ignorees, chemin, ligne_entete)
    return Source(
        chemin, hashlib.sha256(octets).hexdigest(), encodage, separateur, ligne_entete, len(champs), positions,
        ignorees, texte,
    )  # fmt: skip


def first_lines(texte: str) -> list[str]:
    """The lines among which the header is looked for."""
    lignes = io.StringIO(texte[:200_000], newline="")
    return [ligne.strip("\r\n\x00") for _, ligne in zip(range(LIGNES_DE_TITRE_MAX), lignes, strict=False)]


def match_headers(
    champs: list[str], connues: dict[str, str], chemin: Path, ligne: int
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Positions of the declared columns, and the headers that are none of them.

    Raises:
        InputError: one declared column twice.
    """
    positions: dict[str, int] = {}
    ignorees = []
    for index, champ in enumerate(champs):
        nom = connues.get(header_key(champ))
        if nom is None:
            ignorees.append(champ.strip())
        elif nom in positions:
            raise InputError(
                f"la colonne « {nom} » apparaît deux fois",
                ou=chemin,
                ligne=ligne,
                faire="Gardez-en une : deux valeurs pour un contrat ne peuvent pas être vraies toutes les deux.",
            )
        else:
            positions[nom] = index
    return positions, tuple(ignorees)


def check_headers(
    colonnes: tuple[Colonne, ...],
    positions: dict[str, int],
    ignorees: tuple[str, ...],
    chemin: Path,
    ligne: int,
) -> None:
    """Raises InputError when a required header is missing."""
    manquantes = [c.nom for c in colonnes if c.entete and c.nom not in positions]
    if not manquantes:
        return
    liste = ", ".join(f"« {nom} »{closest(nom, ignorees)}" for nom in manquantes)
    bloc = "\n".join(f'{nom} = "{nearest(nom, ignorees) or "en-tête de votre fichier"}"' for nom in manquantes)
    raise InputError(
        f"colonne{'s' if len(manquantes) > 1 else ''} requise{'s' if len(manquantes) > 1 else ''} "
        f"introuvable{'s' if len(manquantes) > 1 else ''} : {liste}",
        ou=chemin,
        ligne=ligne,
        faire="Ajoutez-la à l'export, ou dites dans config.toml sous quel en-tête elle s'y trouve :\n"
        f"[colonnes]\n{bloc}",
    )


def records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """(first physical line, fields) of each record below the header; records whose fields are all empty are no rows.

    Raises:
        InputError: a quoted field left open, or a last line cut short.
    """
    flux = io.StringIO(source.texte, newline="")
    for _ in range(source.ligne_entete):
        flux.readline()
    lecteur = csv.reader(flux, delimiter=source.separateur, strict=True)
    debut, dernier = source.ligne_entete + 1, None
    try:
        for champs in lecteur:
            ligne, debut = debut, source.ligne_entete + lecteur.line_num + 1
            if any(map(str.strip, champs)):
                dernier = (ligne, len(champs))
                yield ligne, champs
    except csv.Error:
        raise InputError(
            "un champ entre guillemets n'est pas refermé (ou un guillemet est au milieu d'un champ)",
            ou=source.chemin,
            ligne=debut,
            faire="Corrigez cette ligne ou refaites l'export : des lignes suivantes seraient perdues.",
        ) from None
    if dernier and dernier[1] < source.n_champs and not source.texte.endswith(("\n", "\r")):
        raise InputError(
            "la dernière ligne est coupée : l'export est incomplet",
            ou=source.chemin,
            ligne=dernier[0],
            faire="Refaites l'export et remplacez ce fichier.",
        )
