"""What is written: the table of issue 17, the tables of details, the machine; in French, in Markdown."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

NON_MESURE = "non mesuré"
BIBLIOTHEQUES = (
    "ruptures", "duckdb", "polars", "pyarrow", "pandas", "numpy", "scipy", "altair", "vl-convert-python", "weasyprint",
    "sqlglot", "typer",
)  # fmt: skip
LECTURE = """\
- **Obtenu** : médiane des répétitions. Un rapport est celui de deux mesures d'une même répétition, faites l'une après
  l'autre ; il ne dépend guère de la machine. Les secondes, si. Ce que `make bench` n'a pas demandé est « non mesuré ».
- **Au ticket** : ce qui était mesuré à l'ouverture du ticket 17, sur une autre machine peut-être.
- **CPU** : temps utilisateur et système du processus et de ses enfants, démarrage de Python compris. **Mur** : durée ;
  elle dépend de ce que fait d'autre la machine, dont la charge est dite ci-dessus.
- **Mémoire** : plus grande mémoire résidente du processus et de ses enfants ensemble, regardée vingt fois par seconde.
- « s'arrête » : la commande échoue à cette taille.
- Ce que fait chaque mesure, et ce que les scripts comparés ne font pas : `benchmarks/README.md`.
"""


@dataclass(frozen=True)
class Ligne:
    """A line of the issue's table: a work, what it cost then, what is aimed at."""

    cle: str
    travail: str
    au_ticket: str
    cible: str
    au_dela: str


LIGNES = (
    Ligne("cpu", "`construire` / `plain_sql`, CPU", "5,4", "≤ 1,8", "1,2"),
    Ligne("mur", "`construire` / `plain_sql`, mur, deux cœurs", "8,9", "≤ 2,2", "1,2"),
    Ligne("script_nu", "`construire` / `script_nu` sur l'export d'`exemple`, CPU", "2,0", "≤ 1,0", "0,7"),
    Ligne(
        "memoire",
        "mémoire de `construire`, 5 et 10 millions de lignes",
        "3,8 Gio à 5 millions, s'arrête à 10",
        "finit, ≤ 4 Gio, à 10 millions",
        "constante, 50 millions",
    ),
    Ligne(
        "mur_limite",
        "`construire` / `plain_sql` à 4 Go, mur, 10 millions de lignes",
        "s'arrête",
        "≤ 3",
        "une décennie de France en 60 s",
    ),
    Ligne("rapport_cpu", "`make report` sur la démonstration, réseau et sept CFA, CPU", "43 s", "≤ 20 s", "12 s"),
    Ligne("rapport_mur", "le même, mur, deux cœurs", "39 s", "≤ 12 s", "CPU / 2"),
    Ligne("page", "CPU d'une page du rapport du réseau, à chaud", "0,21 à 0,24 s", "≤ 0,12 s", "0,08 s"),
    Ligne("par_minute", "rapports de CFA par minute, deux à la fois, année nationale", "142", "≥ 240", "400"),
    Ligne("apercu", "`apercu`, à froid, CPU", "6,3 s", "≤ 2,1 s (un tiers)", "1,05 s (un sixième)"),
    Ligne(
        "national",
        "rapport d'un réseau national (3 000 CFA, 900 000 contrats)",
        "310 pages, 147 s",
        "≤ 40 pages, ≤ 20 s",
        "–",
    ),
)


@dataclass
class Detail:
    """A table beside the issue's: its title, its columns, its rows."""

    titre: str
    colonnes: tuple[str, ...]
    rangs: list[tuple[str, ...]] = field(default_factory=list)


@dataclass
class Resultats:
    """What one run has measured: by key of `LIGNES`, what was got at each size; details by title."""

    obtenus: dict[str, list[str]] = field(default_factory=dict)
    details: dict[str, Detail] = field(default_factory=dict)

    def add(self, obtenus: dict[str, str], *details: Detail) -> None:
        """What one more measure has got; rows of a detail already there follow its own."""
        for cle, obtenu in obtenus.items():
            self.obtenus.setdefault(cle, []).append(obtenu)
        for detail in details:
            self.details.setdefault(detail.titre, Detail(detail.titre, detail.colonnes)).rangs.extend(detail.rangs)

    def write(self, chemin: Path, charge: str) -> None:
        """The page of results."""
        lignes = [
            (x.travail, x.au_ticket, x.cible, x.au_dela, " ; ".join(self.obtenus.get(x.cle, [NON_MESURE])))
            for x in LIGNES
        ]
        parties = [
            "# Mesures\n\nÉcrit par `make bench`.\n",
            bullets(machine(charge)),
            "## La table du ticket 17\n",
            markdown(("Travail", "Au ticket", "Cible", "Au-delà", "Obtenu"), lignes, ":--"),
            f"## Comment la lire\n\n{LECTURE}",
        ]
        for detail in self.details.values():
            parties += [f"## {detail.titre}\n", markdown(detail.colonnes, detail.rangs, "--:")]
        chemin.write_text("\n".join(parties), encoding="utf-8")


def bullets(faits: dict[str, str]) -> str:
    return "".join(f"- {nom} : {fait}\n" for nom, fait in faits.items())


def markdown(colonnes: tuple[str, ...], rangs: Iterable[tuple[str, ...]], alignement: str) -> str:
    """A table, its first column on the left, the others as `alignement` says."""
    traits = (":--", *[alignement] * (len(colonnes) - 1))
    return "".join(f"| {' | '.join(rang)} |\n" for rang in (colonnes, traits, *rangs))


def number(valeur: float | None, decimales: int) -> str:
    """A number as it is written in French."""
    return NON_MESURE if valeur is None else f"{valeur:,.{decimales}f}".replace(",", " ").replace(".", ",")


def machine(charge: str) -> dict[str, str]:
    """What was measured on: nothing that names the machine nor its user."""
    return {
        "Date": date.today().isoformat(),
        "Machine": f"{processor()}, {os.cpu_count()} cœurs, {memory()} de mémoire, {platform.system()}",
        "Charge au départ": charge,
        "Python": platform.python_version(),
        "Versions": ", ".join(f"{nom} {version(nom)}" for nom in BIBLIOTHEQUES),
    }


def load() -> str:
    """How many processes wait for a core, over the last minute."""
    return number(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else NON_MESURE


def processor() -> str:
    """The model of the processor."""
    try:
        texte = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    modeles = [ligne.partition(":")[2].strip() for ligne in texte.splitlines() if ligne.startswith("model name")]
    return modeles[0] if modeles else platform.machine()


def memory() -> str:
    """The memory of the machine."""
    try:
        return f"{number(os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30, 1)} Gio"
    except (AttributeError, ValueError):
        return NON_MESURE


def version(bibliotheque: str) -> str:
    try:
        return importlib.metadata.version(bibliotheque)
    except importlib.metadata.PackageNotFoundError:
        return "(non installé)"
