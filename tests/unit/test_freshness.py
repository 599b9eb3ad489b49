"""What is done again when something changes, and that what comes out is what a whole run gives, to the byte."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pydantic import BaseModel

from pipeline import build, inputs, paths
from pipeline.edition import cfa_reports
from pipeline.freshness import fingerprint
from pipeline.freshness.plan import Redo, make_plan
from pipeline.models import running
from pipeline.models.enclosure import Enclosure
from pipeline.models.file import SqlFile
from pipeline.report import network as network_report
from pipeline.request import BuildRequest, CfaSelection
from pipeline.settings import Settings, load_settings
from tests.pages import second_network
from tests.support import core_memo, models, plain, run

pytestmark = pytest.mark.usefixtures("core_once")

QUIMPER, VANNES = "0290001A", "0560001B"
TOUT, PAGES = (Redo.TOUT, Redo.TOUT), (Redo.RIEN, Redo.TOUT)
TABLES, RIEN = (Redo.PARTIE, Redo.TOUT), (Redo.RIEN, Redo.RIEN)
PAGES_DES_CFA = (Redo.RIEN, Redo.PARTIE)
ANNEE = "2023-2024"
LIT = """/*
---
titre: Ruptures par filière
description: Ce que compte une autre ventilation.
section: metiers
ordre: 99
cle: [filiere]
total: reseau
---
*/
select annee, filiere, ruptures_nettes, part_ruptures
from ventilations.par_filiere
where ruptures_nettes > 0
order by annee, filiere
"""


def options(dossier: Path) -> tuple[str | Path, ...]:
    return ("--donnees", dossier / "donnees", "--config", dossier / "config.toml", "--sql", dossier / "sql")


def publish(dossier: Path, *autres: str, cfa: bool = False, code: int = 0) -> str:
    """Publish the network, the report of which is not laid out; what was said."""
    resultat = run("rapport", *options(dossier), *autres, cwd=dossier, cfa=cfa, laid_out=False)
    assert resultat.exit_code == code, resultat.output
    return plain(resultat.output)


@pytest.fixture(scope="module")
def published(core_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with words, a logo and models of its own, published without reports of CFA."""
    dossier = tmp_path_factory.mktemp("reseau")
    second_network.write(dossier, second_network.rows(second_network.ENTIERE))
    config = dossier / "config.toml"
    presentation = '[presentation]\ntextes = "textes"\nlogo = "logo.svg"\n'
    config.write_text(presentation + config.read_text("utf-8"), encoding="utf-8")
    (dossier / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>', encoding="utf-8")
    (dossier / "textes").mkdir()
    (dossier / "textes/synthese.md").write_text("Ce qu'il faut retenir.\n", encoding="utf-8")
    (dossier / "donnees/suivi").mkdir()
    suivi = "nocontrat,motif_valide\n029202209NC0024,Autre\n"
    (dossier / "donnees/suivi/suivi_2024-09-15.csv").write_text(suivi, encoding="utf-8")
    shutil.copytree(models("par_cfa", "par_filiere", "par_type_diplome"), dossier / "sql")
    (dossier / "sql/ventilations/qui_lit.sql").write_text(LIT, encoding="utf-8")
    publish(dossier)
    return dossier


@pytest.fixture
def network(published: Path, tmp_path: Path) -> Path:
    """A copy of it, elsewhere."""
    return Path(shutil.copytree(published, tmp_path / "reseau"))


def done_again(dossier: Path, comparees: Sequence[str] = (), **demandes: Any) -> tuple[tuple[Redo, Redo], str]:
    """How much a run would do again, without reports of CFA, and what is said of it."""
    chemins = {"donnees": dossier / "donnees", "config": dossier / "config.toml", "sql": dossier / "sql"}
    demande = BuildRequest(dossier / "base/ruptures.duckdb", **chemins, propres=dossier / "propres", **demandes)
    donnees = inputs.find_data(demande.projet, demande.donnees)
    reglages = load_settings(dossier / "config.toml")
    prevu = make_plan(demande, donnees, reglages, dossier / "output", CfaSelection(aucun=True), comparees)
    return (prevu.base, prevu.edition), plain(prevu.phrase)


def edit(chemin: Path, avant: str = "", apres: str = "\n") -> None:
    """Replace a text of a file; or add a line at its end. Its size and its times stay what they were where they can."""
    etat, texte = chemin.stat(), chemin.read_text(encoding="utf-8")
    assert avant in texte
    chemin.write_text(texte.replace(avant, apres, 1) if avant else texte + apres, encoding="utf-8", newline="")
    os.utime(chemin, ns=(etat.st_atime_ns, etat.st_mtime_ns))


def configure(toml: str) -> Callable[[Path], None]:
    """A change of `config.toml`: lines at its top, or in a table that it has."""

    def change(dossier: Path) -> None:
        table = toml.split("\n", maxsplit=1)[0]
        config = (dossier / "config.toml").read_text(encoding="utf-8")
        if table in config:
            edit(dossier / "config.toml", table, toml)
        else:
            (dossier / "config.toml").write_text(f"{toml}\n{config}", encoding="utf-8")

    return change


def touched(chemin: str, avant: str = "", apres: str = "\n") -> Callable[[Path], None]:
    return lambda dossier: edit(dossier / chemin, avant, apres)


def renamed(chemin: str, nom: str) -> Callable[[Path], object]:
    return lambda dossier: (dossier / chemin).rename((dossier / chemin).with_name(nom))


def written(chemin: str, texte: str) -> Callable[[Path], None]:
    def write(dossier: Path) -> None:
        (dossier / chemin).parent.mkdir(parents=True, exist_ok=True)
        (dossier / chemin).write_text(texte, encoding="utf-8")

    return write


def removed(chemin: str) -> Callable[[Path], None]:
    return lambda dossier: (dossier / chemin).unlink()


EXPORT, FILIERE = "donnees/contrats/registre_2024-09-15.csv", "sql/ventilations/par_filiere.sql"
CHANGEMENTS = {
    # What is changed → how, what is done again, what is said first.
    "nothing": (lambda _: None, RIEN, "Rien n'a changé : l'édition est à jour (→ "),
    "a figure of an export, of the same size": (
        touched(EXPORT, "2024-01-10", "2024-01-11"),
        TOUT,
        "1 fichier de données a changé (contrats/registre_2024-09-15.csv) : tout est refait.",
    ),
    "the name of an export": (renamed(EXPORT, "registre_2024-09-16.csv"), TOUT, "2 fichiers de données ont changé"),
    "one more export": (written("donnees/contrats/b_2024-09-15.csv", "nocontrat\n"), TOUT, "1 fichier de données"),
    "a follow-up": (touched("donnees/suivi/suivi_2024-09-15.csv"), TOUT, "1 fichier de données"),
    "a journal of support": (written("donnees/accompagnement/j.csv", "nocontrat,date,action\n"), TOUT, "1 fichier de"),
    "a follow-up withdrawn": (removed("donnees/suivi/suivi_2024-09-15.csv"), TOUT, "1 fichier de données"),
    "the mark of fictitious data": (written("donnees/DEMONSTRATION.md", ""), TOUT, "1 fichier de données"),
    **{
        f"the referential {nom}": (touched(f"donnees/referentiels/{nom}"), TOUT, "1 fichier de données")
        for nom in second_network.REFERENTIELS
    },
    "a model": (touched("sql/core/contrats.sql"), TOUT, "1 modèle a changé (core/contrats.sql) : tout est refait."),
    "the macros": (touched("sql/macros.sql"), TOUT, "1 modèle a changé (macros.sql) : tout est refait."),
    "the glossary": (touched("sql/glossaire.toml"), TOUT, "1 modèle a changé (glossaire.toml) : tout est refait."),
    "a breakdown": (
        touched(FILIERE),
        TABLES,
        "1 ventilation a changé (par_filiere) : tables concernées, contrôles et pages refaits.",
    ),
    "one more breakdown": (written("propres/autre.sql", LIT), TABLES, "1 ventilation a changé (autre)"),
    "a breakdown of the project's own": (written("propres/qui_lit.sql", LIT), TABLES, "1 ventilation a changé"),
    "a breakdown withdrawn": (removed("sql/ventilations/qui_lit.sql"), TABLES, "1 ventilation a changé (qui_lit)"),
    "a draft": (written("sql/ventilations/brouillon_x.sql", "?"), RIEN, "Rien"),
    "a check": (touched("sql/controles/annees_qui_se_touchent.sql"), TABLES, "1 contrôle a changé"),
    "one more check": (written("sql/controles/autre.sql", "select 1 where false"), TABLES, "1 contrôle a changé"),
    "a text": (touched("textes/synthese.md"), PAGES, "1 texte a changé (reseau/synthese.md) : pages refaites."),
    "a text of the reports of CFA": (
        written("textes/2023-2024/cfa.md", "Un mot.\n"), PAGES_DES_CFA,
        "1 texte a changé (reseau/2023-2024/cfa.md) : l'édition n'a pas de rapport de CFA, rien n'en change.",
    ),
    "a text of a year": (written("textes/2023-2024/introduction.md", "Un mot.\n"), PAGES, "1 texte a changé"),
    "the logo": (touched("logo.svg"), PAGES, "1 gabarit a changé (logo) : pages refaites."),
    "a file of the edition": (touched("output/2023-2024/tables/par_cfa.csv"), PAGES, "1 fichier de l'édition"),
    "the workbook": (removed("output/2023-2024/classeur_2023-2024.xlsx"), PAGES, "1 fichier de l'édition"),
    "a figure of the manifest": (
        touched("output/2023-2024/manifeste.json", '"lignes_lues": ', '"lignes_lues": 1'),
        PAGES,
        "La base est à jour, l'édition n'est pas telle qu'un traitement de cet outil l'a laissée : pages refaites.",
    ),
    "the edition": (
        lambda dossier: shutil.rmtree(dossier / "output/2023-2024"),
        PAGES,
        "La base est à jour, l'édition manque : pages refaites.",
    ),
    "what nobody publishes, in the edition": (written("output/2023-2024/notes.txt", "à lire"), RIEN, "Rien"),
    "the list of rejects": (removed("base/rejets.csv"), TOUT, "La base n'est pas telle"),
    "the database": (removed("base/ruptures.duckdb"), TOUT, ""),
    "what the database was made from": (removed("base/ruptures.empreinte.json"), TOUT, "La base n'est pas telle"),
    "half of what the database was made from": (
        written("base/ruptures.empreinte.json", '{"base": "'), TOUT, "La base n'est pas telle",
    ),
}  # fmt: skip


@pytest.mark.parametrize("quoi", CHANGEMENTS)
def test_what_a_change_does_again(network: Path, quoi: str) -> None:
    change, attendu, dit = CHANGEMENTS[quoi]
    change(network)
    refait, phrase = done_again(network)
    assert refait == attendu, phrase
    assert phrase.startswith(dit)


REGLAGES = {
    # Every setting → another value of it, and what is done again.
    "version": ('version = "0.0.1"', PAGES),
    "reseau.nom": ('[reseau]\nnom = "Un autre"', PAGES),
    "reseau.territoire": ('[reseau]\nterritoire = "Armor"', PAGES),
    "reseau.source": ('[reseau]\nsource = "Ailleurs"', PAGES),
    "annees.fin": ('[annees]\nfin = "08-15"', TOUT),
    "annees.fins": ('[annees]\nfins = {"2022-2023" = 2023-08-15}', TOUT),
    "annees.premiere": ('[annees]\npremiere = "2022-2023"', TOUT),
    "periodes.essai_mois": ("[periodes]\nessai_mois = 3", TOUT),
    "ingestion.part_rejets_max": ("[ingestion]\npart_rejets_max = 0.5", TOUT),
    "identites.portee": ('[identites]\nportee = "cfa"', TOUT),
    "ventilations.duree_max": ("[ventilations]\nduree_max = 30", TOUT),
    "ventilations.exclues": ('[ventilations]\nexclues = ["par_cfa"]', TABLES),
    "presentation.textes": ('[presentation]\ntextes = "donnees/.."', PAGES),
    "presentation.logo": ('[presentation]\nlogo = "donnees/../logo.svg"', PAGES),
    "presentation.couleur": ('[presentation]\ncouleur = "#123456"', PAGES),
    "presentation.comparees_a": ('[presentation]\ncomparees_a = ["2022-2023"]', PAGES),
    "presentation.contact": ('[presentation]\ncontact = "Nous"', PAGES),
    "publication.licence": ('[publication]\nlicence = "CC-BY-4.0"', PAGES),
    "presentation.destinataires": ('[presentation]\ndestinataires = "Nous"', PAGES),
    "presentation.destinataires_cfa": ('[presentation]\ndestinataires_cfa = "Nous"', PAGES),
    "publication.contact": ('[publication]\ncontact = "Nous"', PAGES),
    "publication.editions_precedentes": ('[publication]\neditions_precedentes = ["avant"]', PAGES),
    "publication.arrondi": ("[publication]\narrondi = 10", PAGES),
    "fichiers": ('[fichiers]\n"registre_2024-09-15.csv" = {dates = "mois/jour"}', TOUT),
    "colonnes": ('[colonnes]\nnpecannuel = "diplomeentree"', TOUT),
    "colonnes_supplementaires": ('[colonnes_supplementaires]\ninternat = "texte"', TOUT),
    "sections.titre": ('titre = "Les métiers"', PAGES),
    "sections.cle": ('cle = "motifs"', TABLES),
}


def leaves(modele: type[BaseModel], debut: str = "") -> Iterator[str]:
    """The settings of a model, those of its tables one by one."""
    for nom, champ in modele.model_fields.items():
        genre = champ.annotation
        if nom == "sections":
            yield from ("sections.cle", "sections.titre")
        elif isinstance(genre, type) and issubclass(genre, BaseModel):
            yield from leaves(genre, f"{nom}.")
        else:
            yield debut + nom


def test_every_setting_is_tried() -> None:
    assert set(leaves(Settings)) == REGLAGES.keys()


@pytest.mark.parametrize("nom", REGLAGES)
def test_what_a_setting_does_again(network: Path, nom: str) -> None:
    toml, attendu = REGLAGES[nom]
    config = network / "config.toml"
    texte, (entete, *lignes) = config.read_text(encoding="utf-8"), toml.split("\n")
    if nom.startswith("sections"):
        texte = texte.replace(toml, toml.replace("métiers", "branches").replace('"motifs"', '"autres"'))
    elif not lignes:
        texte = f"{toml}\n{texte}"
    else:
        cle = lignes[0].split(" = ")[0]
        texte = re.sub(rf"^{re.escape(cle)} = .*\n", "", texte, flags=re.M)
        texte = texte.replace(entete, toml, 1) if entete in texte else f"{toml}\n{texte}"
    config.write_text(texte, encoding="utf-8")
    refait, phrase = done_again(network)
    assert refait == attendu, phrase
    assert phrase.startswith("1 réglage ")


@pytest.mark.parametrize(
    "demandes", [{"annee": ANNEE}, {"arrete_au": date(2024, 9, 1)}, {"accepter_rejets": True}], ids=str
)
def test_what_is_asked_for_is_a_setting(network: Path, demandes: dict[str, Any]) -> None:
    refait, phrase = done_again(network, **demandes)
    assert refait == TOUT
    assert phrase.startswith("1 réglage a changé (--")


@pytest.mark.parametrize("element", ["ruptures", "python", "code", "bibliothèques"])
def test_another_version_of_the_tool_does_everything_again(
    network: Path, monkeypatch: pytest.MonkeyPatch, element: str
) -> None:
    autre = fingerprint.hash_tool() | {element: "autre"}
    monkeypatch.setattr(fingerprint, "hash_tool", lambda: autre)
    assert done_again(network) == (TOUT, f"1 élément de l'outil a changé ({element}) : tout est refait.")


def test_a_template_a_font_and_a_shipped_text_make_the_pages_again(
    network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gabarits = Path(shutil.copytree(paths.GABARITS, tmp_path / "gabarits"))
    monkeypatch.setattr(paths, "GABARITS", gabarits)
    assert done_again(network)[0] == RIEN
    for nom in ("sections/_defaut.html.jinja", "rapport.css", "polices/Inter-Bold.otf", "textes/calendrier.md"):
        octets = (gabarits / nom).read_bytes()
        (gabarits / nom).write_bytes(octets + b"\n")
        refait, phrase = done_again(network)
        assert refait == PAGES and f"a changé ({nom})" in phrase
        (gabarits / nom).write_bytes(octets)
    (gabarits / "textes/.synthese.md.swp").write_bytes(b"")
    assert done_again(network)[0] == RIEN


def test_an_edition_that_one_is_compared_to_makes_the_pages_again(network: Path) -> None:
    shutil.copytree(network / "output" / ANNEE, network / "output/avant")
    refait, phrase = done_again(network, ["avant"])
    assert (refait, phrase) == (PAGES, "1 édition comparée a changé (avant) : pages refaites.")
    publish(network, "--comparer-a", "avant")
    assert done_again(network, ["avant"])[0] == RIEN
    assert done_again(network)[0] == PAGES
    edit(network / "output/avant/manifeste.json")
    assert done_again(network, ["avant"])[0] == PAGES


def test_a_journal_that_is_gone_makes_the_edition_again(network: Path) -> None:
    (journal,) = (network / "base/journaux").iterdir()
    journal.unlink()
    refait, phrase = done_again(network)
    assert refait == PAGES and phrase.startswith("1 fichier de l'édition manque")


def test_a_database_that_another_program_wrote_is_not_up_to_date(network: Path) -> None:
    with duckdb.connect(str(network / "base/ruptures.duckdb")) as con:
        con.execute("update ventilations.par_cfa set ruptures_nettes = 0")
    assert done_again(network)[0] == TOUT


def test_a_database_that_waits_for_what_was_written_last_is_not_up_to_date(network: Path) -> None:
    (network / "base/ruptures.duckdb.wal").write_bytes(b"x")
    assert done_again(network)[0] == TOUT


def test_a_database_that_construire_made_again_is_that_of_its_request(network: Path) -> None:
    resultat = run("construire", *options(network), cwd=network)
    assert resultat.exit_code == 0, resultat.output
    assert done_again(network)[0] == RIEN
    resultat = run("construire", *options(network), "--annee", "2022-2023", cwd=network)
    assert resultat.exit_code == 0, resultat.output
    assert done_again(network)[0] == TOUT


def test_a_refused_run_leaves_nothing_that_passes_for_up_to_date(network: Path) -> None:
    """Its lists are those of its exports, beside the database of the others."""
    octets = (network / EXPORT).read_bytes()
    (network / EXPORT).write_bytes(octets.replace(b"2022-09-01", b"2022-99-01"))
    assert "lignes" in publish(network, code=3)
    (network / EXPORT).write_bytes(octets)
    assert done_again(network)[0] == TOUT


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("ou", ["pipeline.freshness.records.write_record", "pipeline.edition.publish.publish"])
def test_an_interrupted_run_leaves_nothing_that_passes_for_up_to_date(
    network: Path, monkeypatch: pytest.MonkeyPatch, ou: str
) -> None:
    edit(network / FILIERE)
    with monkeypatch.context() as pendant:
        pendant.setattr(ou, interrupt)
        publish(network, code=130)
    assert done_again(network)[0] in (TOUT, PAGES)
    publish(network)
    assert done_again(network)[0] == RIEN
    assert content(network) == made_whole(network)


@pytest.mark.parametrize(
    "pendant",
    [
        touched(EXPORT),
        touched("donnees/referentiels/diplomes.csv"),
        written("donnees/referentiels/naf.csv", "division;secteur\n43;Bâtiment\n"),
        removed("donnees/referentiels/situations.csv"),
        lambda dossier: shutil.copy(dossier / EXPORT, dossier / "donnees/contrats/autre_2024-11-05.csv"),
    ],
    ids=["export", "référentiel", "référentiel de plus", "référentiel de moins", "export de plus"],
)
def test_inputs_that_change_while_they_are_read_are_refused(
    network: Path, monkeypatch: pytest.MonkeyPatch, pendant: Callable[[Path], object]
) -> None:
    """The manifest would say the hash of what the figures do not come from."""
    avant = content(network)
    lire = build.ingest

    def read_and_change(*args: Any) -> None:
        lire(*args)
        pendant(network)

    monkeypatch.setattr(build, "fill_core", core_memo().fill_core)
    monkeypatch.setattr(build, "ingest", read_and_change)
    dit = publish(network, "--refaire", code=3)
    assert re.search(r"changé pendant la lecture : (contrats|referentiels)/\w+\.csv", plain(dit).replace("-", "_"))
    assert content(network) == avant


def test_a_file_is_hashed_again_when_it_may_have_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not otherwise: an export of three gigabytes is asked for three times in a run."""
    fichier, lus = tmp_path / "x.csv", list[Path]()
    digest = fingerprint.hashlib.file_digest
    monkeypatch.setattr(
        fingerprint.hashlib, "file_digest", lambda flux, nom: lus.append(Path(flux.name)) or digest(flux, nom)
    )
    fichier.write_bytes(b"a")
    frais = fingerprint.hash_file(fichier)
    fichier.write_bytes(b"b")
    assert fingerprint.hash_file(fichier) != frais
    os.utime(fichier, (1e9, 1e9))
    lus.clear()
    ancien = fingerprint.hash_file(fichier)
    assert fingerprint.hash_file(fichier) == ancien and len(lus) == 1
    fichier.write_bytes(b"c")
    os.utime(fichier, (1e9, 1e9))
    assert fingerprint.hash_file(fichier) != ancien


# Tables, checks or pages only: the same bytes as from nothing. Who does everything again does what a first run does.
PARTIELS = (
    "a breakdown", "a breakdown of another order", "a breakdown withdrawn", "one more check", "a text", "a colour",
    "an excluded breakdown", "a title", "a file of the edition",
)  # fmt: skip
AUTRES = {
    "a breakdown of another order": touched(FILIERE, "annee, ruptures_nettes desc, ", "annee, "),
    "a colour": configure('[presentation]\ncouleur = "#123456"'),
    "an excluded breakdown": configure('[ventilations]\nexclues = ["par_filiere"]'),
    "a title": touched("config.toml", "Les métiers", "Les branches"),
}


def content(dossier: Path) -> dict[str, bytes]:
    """Every file of the edition."""
    edition = dossier / "output" / ANNEE
    return {str(p.relative_to(edition)): p.read_bytes() for p in sorted(edition.rglob("*")) if p.is_file()}


def made_whole(dossier: Path, *autres: str, cfa: bool = False) -> dict[str, bytes]:
    """The edition of the same folder, made elsewhere of nothing."""
    ailleurs = dossier.with_name("ailleurs")
    shutil.copytree(dossier, ailleurs, ignore=shutil.ignore_patterns("base", "output"))
    publish(ailleurs, "--refaire", *autres, cfa=cfa)
    return content(ailleurs)


@pytest.mark.parametrize("quoi", PARTIELS)
def test_what_is_done_again_in_part_is_what_is_made_whole(
    network: Path, quoi: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (AUTRES[quoi] if quoi in AUTRES else CHANGEMENTS[quoi][0])(network)
    with monkeypatch.context() as pendant:
        pendant.setattr(build, "fill", interrupt)
        publish(network)
    assert content(network) == made_whole(network)
    assert publish(network) == f"Rien n'a changé : l'édition est à jour (→ {network / 'output' / ANNEE})\n"


def test_the_tables_of_other_breakdowns_are_kept(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faites, lancer = list[str](), running.run

    def note(enceinte: Enclosure, modele: SqlFile) -> pa.Table:
        faites.append(modele.nom)
        return lancer(enceinte, modele)

    monkeypatch.setattr(running, "run", note)
    edit(network / FILIERE)
    publish(network)
    assert faites == ["par_filiere", "qui_lit"]


def test_a_check_that_fails_publishes_nothing_and_fails_again(network: Path) -> None:
    avant = content(network)
    (network / "sql/controles/faux.sql").write_text("select 1 as un", encoding="utf-8")
    for _ in range(2):
        assert "contrôle faux" in publish(network, code=4)
    assert content(network) == avant
    (network / "sql/controles/faux.sql").unlink()
    assert done_again(network)[0] == RIEN


def test_refaire_does_everything_again(network: Path) -> None:
    avant = content(network)
    dit = publish(network, "--refaire")
    assert dit.startswith("Tout est refait, comme demandé.\n") and "Ventilations" in dit
    assert content(network) == avant


def test_a_cfa_joins_the_edition_of_the_same_database(network: Path) -> None:
    """One CFA's report never takes the place of the edition."""
    sans = content(network)
    dit = publish(network, "--cfa", QUIMPER, "--jobs", "1", cfa=True)
    assert dit.startswith(
        "L'édition est à jour : les rapports de CFA qui lui manquent y sont ajoutés, les autres restent"
    )
    un = content(network)
    assert {nom for nom, octets in sans.items() if un.get(nom) != octets} == {"index.html", "manifeste.json"}
    dit = publish(network, "--cfa", VANNES.lower(), "--jobs", "1", cfa=True)
    deux = content(network)
    assert {nom for nom, octets in un.items() if deux.get(nom) != octets} == {"index.html", "manifeste.json"}
    assert publish(network, cfa=True).startswith("Rien n'a changé")
    assert publish(network, "--cfa", QUIMPER, cfa=True).startswith("Rien n'a changé")
    assert deux == made_whole(network, "--jobs", "1", cfa=True)
    assert publish(network).startswith("L'édition est à jour : les rapports de CFA en sont retirés.")
    assert content(network) == sans


def test_a_text_of_reports_that_are_wanted_no_more_takes_them_out(network: Path) -> None:
    sans = content(network)
    publish(network, "--cfa", QUIMPER, "--jobs", "1", cfa=True)
    written("textes/cfa.md", "Un mot.\n")(network)
    dit = publish(network)
    assert dit.startswith("1 texte a changé (reseau/cfa.md) : les rapports de CFA en sont retirés.")
    assert content(network) == sans | {"manifeste.json": content(network)["manifeste.json"]}


@pytest.mark.parametrize(
    ("texte", "inutile", "dit"),
    [
        ("textes/synthese.md", (cfa_reports, "hand_out"), "(reseau/synthese.md) : pages du réseau refaites.\n"),
        ("textes/cfa.md", (network_report, "write_report"), "(reseau/cfa.md) : pages des CFA refaites.\n"),
    ],
    ids=["the network's", "those of CFA"],
)
def test_a_text_makes_again_only_the_reports_that_print_it(
    network: Path, texte: str, inutile: tuple[ModuleType, str], dit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (network / "textes/cfa.md").write_text("Un mot.\n", encoding="utf-8")
    publish(network, "--jobs", "1", cfa=True)
    (network / texte).write_text("Un autre mot, celui-là : Zinnia.\n", encoding="utf-8")
    with monkeypatch.context() as pendant:
        pendant.setattr(*inutile, interrupt)
        assert dit in publish(network, "--jobs", "1", cfa=True)
    assert content(network) == made_whole(network, "--jobs", "1", cfa=True)
    assert publish(network, cfa=True).startswith("Rien n'a changé")


def test_a_text_and_a_cfa_that_is_asked_for_leave_the_other_reports(network: Path) -> None:
    publish(network, "--cfa", QUIMPER, "--jobs", "1", cfa=True)
    edit(network / "textes/synthese.md")
    dit = publish(network, "--cfa", VANNES, "--jobs", "1", cfa=True)
    assert "pages du réseau refaites, et celles des CFA qui n'en avaient pas." in dit
    assert content(network) == made_whole(network, "--jobs", "1", cfa=True)


def test_a_text_makes_all_again_of_an_edition_with_a_damaged_file(network: Path) -> None:
    publish(network, "--cfa", QUIMPER, "--jobs", "1", cfa=True)
    edit(network / "textes/synthese.md")
    edit(network / "output" / ANNEE / f"cfa/{QUIMPER}.html")
    assert done_again(network)[0] == PAGES


def test_a_cfa_of_another_database_makes_the_edition_again_with_those_it_had(network: Path) -> None:
    publish(network, "--cfa", QUIMPER, "--jobs", "1", cfa=True)
    edit(network / EXPORT, "2024-01-10", "2024-01-11")
    dit = publish(network, "--cfa", VANNES, "--jobs", "1", cfa=True)
    assert "tout est refait, et les rapports de CFA que l'édition a déjà." in dit
    assert content(network) == made_whole(network, "--jobs", "1", cfa=True)


def test_an_unknown_cfa_is_refused_by_an_edition_that_is_up_to_date(network: Path) -> None:
    avant = content(network)
    assert "n'est pas l'UAI d'un CFA" in publish(network, "--cfa", "0000000X", cfa=True, code=2)
    assert content(network) == avant


LOURDES = (
    "altair",
    "babel",
    "duckdb",
    "jinja2",
    "numpy",
    "polars",
    "pyarrow",
    "scipy",
    "sqlglot",
    "weasyprint",
    "yaml",
)


def test_who_has_nothing_to_do_imports_nothing_for_it(network: Path) -> None:
    """In a process of its own, which finds the same code and libraries."""
    mots = ["rapport", *options(network), "--base", network / "base/ruptures.duckdb", "--sortie", network / "output"]
    code = f"""
import sys
sys.path[:] = {sys.path!r}
from pipeline.cli import app
app({[*map(str, mots), "--sans-cfa"]!r}, standalone_mode=False)
print(sorted(set({LOURDES!r}) & set(sys.modules)))
"""
    resultat = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert resultat.stdout.splitlines() == [
        f"Rien n'a changé : l'édition est à jour (→ {network / 'output' / ANNEE})", "[]",
    ]  # fmt: skip


class Listener:
    """Notes what is opened to be read, while it listens."""

    def __init__(self) -> None:
        self.ouverts, self.ecoute = set[Path](), False
        sys.addaudithook(self.hear)

    def hear(self, evenement: str, arguments: tuple[object, ...]) -> None:
        if self.ecoute and evenement == "open" and isinstance(arguments[0], str) and arguments[1] in ("r", "rb"):
            self.ouverts.add(Path(arguments[0]).absolute())


def test_all_that_a_run_opens_is_in_the_fingerprint(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads one more file finds here that a change of it would not be seen."""
    oreille, haches, hacher = Listener(), set[Path](), fingerprint.hash_file

    def note(chemin: Path) -> str:
        oreille.ecoute = False
        try:
            return hacher(chemin)
        finally:
            haches.add(chemin.absolute())
            oreille.ecoute = True

    monkeypatch.setattr(fingerprint, "hash_file", note)
    monkeypatch.setattr(build, "fill_core", core_memo().fill_core)
    oreille.ecoute = True
    try:
        publish(network, "--refaire")
    finally:
        oreille.ecoute = False
    a_nous = (network, paths.GABARITS, paths.SQL, paths.EXEMPLE, paths.REFERENCE)
    faits = (network / "output", network / "base")
    lus = {
        chemin
        for chemin in oreille.ouverts
        if any(chemin.is_relative_to(lieu) for lieu in a_nous) and not any(chemin.is_relative_to(f) for f in faits)
    }
    assert {"par_cfa.sql", "macros.sql", "synthese.md", "diplomes.csv", EXPORT.rsplit("/", 1)[1]} <= {
        chemin.name for chemin in lus
    }
    # Settings are compared as they are understood.
    assert lus - haches == {network / "config.toml"}
