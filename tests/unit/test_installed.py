"""The package that is installed has all that a run reads, the lock files what installs it, and the image its steps."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import Parser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from pipeline import __version__, paths
from pipeline.new_project import project_files
from pipeline.paths import RACINE
from tests.pages import second_network

LUS = (
    paths.SQL, paths.GABARITS, paths.REFERENCE, paths.MODELES_DE_REFERENTIELS, paths.EXEMPLE, paths.NOUVEAU_PROJET,
)  # fmt: skip
PROJET = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))


def tracked(*dossiers: Path) -> set[Path]:
    """The files of these folders that are in the repository, or would be."""
    git = ["git", "-C", str(RACINE), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    vus = subprocess.run([*git, *map(str, dossiers)], capture_output=True, text=True, check=True).stdout
    return {RACINE / nom for nom in vus.split("\0") if nom and (RACINE / nom).is_file()}


@pytest.fixture(scope="module")
def empaquetes() -> set[str]:
    """The names of all files of the wheel but those that tell of it."""
    return {fichier.distribution_path for fichier in WheelBuilder(str(RACINE)).recurse_included_files()}


def test_the_wheel_has_all_that_a_run_reads_where_it_looks_for_it(empaquetes: set[str]) -> None:
    for chemin in tracked(*LUS, RACINE / "pipeline"):
        ici = chemin.relative_to(RACINE)
        la = ici if ici.parts[0] == "pipeline" else Path("pipeline") / paths.LIVRE.name / ici
        assert la.as_posix() in empaquetes, ici
    assert "pipeline/_livre/report_templates/polices/LICENCE-Inter.txt" in empaquetes


def test_the_wheel_has_nothing_else(empaquetes: set[str]) -> None:
    dedans = tracked(*LUS, RACINE / "pipeline", RACINE / "exemples")
    assert len(empaquetes) == len(dedans)


def test_no_path_is_said_elsewhere() -> None:
    """What the code names beside `paths` would be missing from the package."""
    for chemin in (RACINE / "pipeline").rglob("*.py"):
        if chemin.name != "paths.py":
            texte = chemin.read_text(encoding="utf-8")
            assert "__file__" not in re.sub(r"formats\.__file__", "", texte), chemin
            assert not re.search(r"RACINE /", texte), chemin


def test_the_sources_have_no_data_of_anybody() -> None:
    noms = {fichier.distribution_path for fichier in SdistBuilder(str(RACINE)).recurse_included_files()}
    assert {"pyproject.toml", "requirements.lock", "Makefile", "config.toml", "data/raw/demo/DEMONSTRATION.md"} <= noms
    assert not [n for n in noms if re.match(r"data/raw/(contrats|suivi|referentiels)/|data/processed/|output/", n)]


def names(lignes: list[str]) -> set[str]:
    return {re.split(r"[<>=~ ;\[]", ligne.strip(), maxsplit=1)[0].lower().replace("_", "-") for ligne in lignes}


def test_every_library_that_is_required_is_imported_at_run_time() -> None:
    importes = {
        nom.split(".")[0]
        for chemin in (RACINE / "pipeline").rglob("*.py")
        for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.Import | ast.ImportFrom)
        for nom in ([alias.name for alias in noeud.names] if isinstance(noeud, ast.Import) else [noeud.module or ""])
    }
    modules = {
        "markdown-it-py": "markdown_it", "pyyaml": "yaml", "vl-convert-python": "vl_convert", "fonttools": "fontTools",
            "pillow": "PIL",
    }  # fmt: skip
    requis = names(PROJET["project"]["dependencies"])
    assert {nom for nom in requis if modules.get(nom, nom) not in importes} == set()
    tierces = importes - set(sys.stdlib_module_names) - {"pipeline"}
    # Those of the libraries that are there with another.
    assert tierces - {modules.get(nom, nom) for nom in requis} == {"markupsafe", "pydantic_core"}


@pytest.mark.parametrize(
    ("verrou", "dedans", "dehors"),
    [
        ("requirements.lock", {"hatchling", "duckdb", "weasyprint"}, {"pytest", "ruff", "pikepdf", "basedpyright"}),
        ("requirements-dev.lock", {"hatchling", "duckdb", "pytest", "ruff"}, set()),
    ],
)
def test_lock_files_have_what_they_are_for_with_hashes_and_no_index(
    verrou: str, dedans: set[str], dehors: set[str]
) -> None:
    texte = (RACINE / verrou).read_text(encoding="utf-8")
    versions = re.findall(r"^([a-z0-9.-]+)==", texte, re.M)
    assert dedans <= set(versions)
    assert not dehors & set(versions)
    assert names(PROJET["project"]["dependencies"]) <= set(versions)
    assert "://" not in texte and "index" not in texte
    assert all("--hash=sha256:" in bloc for bloc in re.split(r"^(?=[a-z0-9.-]+==)", texte, flags=re.M) if bloc.strip())


def test_the_two_lock_files_agree() -> None:
    simple, complet = (
        set(re.findall(r"^[a-z0-9.-]+==[^ ]+", (RACINE / nom).read_text(encoding="utf-8"), re.M))
        for nom in ("requirements.lock", "requirements-dev.lock")
    )
    assert simple < complet


@contextmanager
def advisories(fautive: str) -> Iterator[str]:
    """The address of a source of advisories that knows one fault, of this library."""

    class Source(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            lu = json.loads(self.rfile.read(int(self.headers["content-length"])))
            dates = dict.fromkeys(("modified", "published"), "2026-01-01T00:00:00Z")
            versions = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999"}]}]
            paquet = {"package": {"name": fautive, "ecosystem": "PyPI"}, "ranges": versions}
            avis = {"id": "GHSA-essai", "summary": "Une faute", "affected": [paquet], **dates}
            octets = json.dumps({"vulns": [avis]} if lu.get("package", {}).get("name") == fautive else {}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Source) as serveur:
        fil = threading.Thread(target=serveur.serve_forever)
        fil.start()
        yield f"http://127.0.0.1:{serveur.server_port}/v1/query"
        serveur.shutdown()
        fil.join()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
@pytest.mark.parametrize(("fautive", "code"), [("pillow", 1), ("pip-audit", 1), ("aucune", 0)])
def test_a_library_that_an_advisory_speaks_of_is_told(fautive: str, code: int) -> None:
    with advisories(fautive) as adresse:
        fait = audit(adresse)
    assert fait.returncode == code, fait.stderr
    assert ("GHSA-essai" in fait.stdout) == bool(code)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_without_a_source_of_advisories_it_is_said_that_nothing_was_looked_up() -> None:
    fait = audit("http://127.0.0.1:9/v1/query")
    assert fait.returncode == 0
    assert "n'ont pas été examinées" in fait.stderr


def audit(adresse: str) -> subprocess.CompletedProcess[str]:
    """What the audit of the libraries says, from a source of advisories."""
    commande = ["sh", str(RACINE / "outils/avis.sh")]
    return subprocess.run(commande, check=False, env={**os.environ, "AVIS": adresse}, capture_output=True, text=True)


# The image, where there is nothing to build it with: each of its steps is what the machine it is made of can do.


def steps() -> Iterator[tuple[str, str]]:
    texte = (RACINE / "Dockerfile").read_text(encoding="utf-8")
    for ligne in re.sub(r"\\\n\s*", "", texte).splitlines():
        if ligne and not ligne.startswith("#"):
            yield tuple(ligne.split(" ", 1))  # type: ignore[misc]


def ignored() -> list[str]:
    return (RACINE / ".dockerignore").read_text(encoding="utf-8").split()


def test_the_image_is_made_of_what_the_repository_has_and_of_no_data() -> None:
    ecartes = ignored()
    assert ecartes[0] == "*", "nothing goes in unless it is named"
    gardes = {motif.removeprefix("!") for motif in ecartes[1:] if motif.startswith("!")}
    copies = {mot for verbe, reste in steps() if verbe == "COPY" for mot in reste.split()[:-1]}
    assert gardes == copies
    assert all((RACINE / garde).exists() for garde in gardes)
    assert not [g for g in gardes if re.match(r"(data$|data/raw|data/processed|output|\.git|\.venv)", g)]
    # What pyproject says of the wheel is there.
    assert {c.split("/")[0] for c in PROJET["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]} <= {
        garde.split("/")[0] for garde in gardes
    }


def test_what_goes_into_the_image_makes_the_whole_wheel(empaquetes: set[str], tmp_path: Path) -> None:
    for garde in (motif.removeprefix("!") for motif in ignored() if motif.startswith("!")):
        (tmp_path / garde).parent.mkdir(parents=True, exist_ok=True)
        if (RACINE / garde).is_dir():
            shutil.copytree(RACINE / garde, tmp_path / garde, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(RACINE / garde, tmp_path / garde)
    assert {fichier.distribution_path for fichier in WheelBuilder(str(tmp_path)).recurse_included_files()} == empaquetes


def test_the_image_installs_pinned_libraries_and_runs_as_nobody_in_particular() -> None:
    etapes = list(steps())
    (debut, *_) = etapes
    assert debut[0] == "FROM" and re.fullmatch(r"python:3\.1[123]-slim-\w+( AS \w+)?", debut[1])
    courses = " ".join(reste for verbe, reste in etapes if verbe == "RUN")
    preparer = (RACINE / "outils/preparer.sh").read_text(encoding="utf-8")
    (bibliotheques,) = re.findall(r'^BIBLIOTHEQUES="(.+)"$', preparer, re.M)
    assert bibliotheques in courses
    assert "--require-hashes -r requirements.lock" in courses
    assert "--no-deps --no-build-isolation" in courses
    verbes = [verbe for verbe, _ in etapes]
    assert verbes.count("USER") == 1 and dict(etapes)["USER"] not in ("root", "0")
    assert max(i for i, v in enumerate(verbes) if v == "RUN") < verbes.index("USER")
    assert dict(etapes)["ENTRYPOINT"] == '["ruptures"]'


# Slow: a wheel is built, installed with all it asks for in an empty environment, and used from another folder.


@pytest.fixture(scope="module")
def environnement(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The console command of an empty environment in which the wheel is installed."""
    dossier = tmp_path_factory.mktemp("installation")
    hatch = [sys.executable, "-m", "hatchling", "build", "-d", str(dossier)]
    subprocess.run(hatch, cwd=RACINE, check=True, capture_output=True)
    (roue,) = dossier.glob("*.whl")
    (sources,) = dossier.glob("*.tar.gz")
    with zipfile.ZipFile(roue) as archive:
        (nom,) = [n for n in archive.namelist() if n.endswith("METADATA")]
        assert Parser().parsestr(archive.read(nom).decode())["Version"] == __version__
    with tarfile.open(sources) as archive:
        assert f"ruptures-{__version__}/sql/macros.sql" in archive.getnames()
    venv = dossier / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    binaires = venv / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [str(binaires / "python"), "-m", "pip", "install", "--quiet", "--constraint", str(dossier / "versions.txt")]
    versions = re.findall(r"^([a-z0-9.-]+==[^\\\n]+)", (RACINE / "requirements.lock").read_text(encoding="utf-8"), re.M)
    (dossier / "versions.txt").write_text("\n".join(versions), encoding="utf-8")
    subprocess.run([*pip, str(roue)], check=True, capture_output=True)
    return binaires / "ruptures"


def use(commande: Path, *mots: str | Path, cwd: Path) -> str:
    """What an installed command says, nothing of the repository being reachable."""
    env = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8"}
    fait = subprocess.run(
        [commande, *mots], cwd=cwd, env=env, capture_output=True, encoding="utf-8", check=False, timeout=1800
    )
    assert fait.returncode == 0, fait.stderr
    return fait.stdout


@pytest.mark.long
def test_the_installed_wheel_makes_the_edition_of_a_network(environnement: Path, tmp_path: Path) -> None:
    assert use(environnement, "--version", cwd=tmp_path) == f"ruptures {__version__}\n"
    use(environnement, "nouveau-projet", "reseau", cwd=tmp_path)
    projet = tmp_path / "reseau"
    assert {c.relative_to(projet).as_posix() for c in projet.rglob("*") if c.is_file()} == set(project_files())
    assert "Les structures (structures)" in use(environnement, "lister", "--tables", cwd=projet)
    second_network.write(tmp_path, second_network.rows(second_network.ENTIERE))
    (projet / "config.toml").write_text(second_network.CONFIG, encoding="utf-8")
    for role in ("contrats", "referentiels"):
        for fichier in (tmp_path / "donnees" / role).iterdir():
            (projet / "data/raw" / role / fichier.name).write_bytes(fichier.read_bytes())
    use(environnement, "nouvelle-ventilation", "par_essai", "--par", "type_diplome", cwd=projet)
    use(environnement, "rapport", cwd=projet)
    assert (projet / "output/2023-2024/rapport_2023-2024.pdf").read_bytes().startswith(b"%PDF")
    use(environnement, "apercu", "par_essai", cwd=projet)


@pytest.mark.long
def test_the_installed_wheel_makes_the_demonstration_in_a_project(environnement: Path, tmp_path: Path) -> None:
    use(environnement, "nouveau-projet", ".", cwd=tmp_path)
    use(environnement, "exemple", "--sortie", "data/raw/demo", cwd=tmp_path)
    dit = use(environnement, "rapport", "--sans-cfa", cwd=tmp_path)
    assert f"→ {tmp_path / 'output/2021-2022'}" in dit
    ici, la = ((dossier / "data/raw/demo/contrats/export_2022-11-05.csv") for dossier in (RACINE, tmp_path))
    assert ici.read_bytes() == la.read_bytes()
