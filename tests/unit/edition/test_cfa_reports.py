"""Reports of CFA: each in a worker process, all of them or none published."""

from __future__ import annotations

import errno
import functools
import json
import multiprocessing
import re
import tempfile
import time
from collections.abc import Callable
from multiprocessing.context import BaseContext
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from pipeline import console
from pipeline.build import BuildRequest, build_database
from pipeline.edition import cfa_reports, workers
from pipeline.edition.workers import Crew, TaskFailure
from pipeline.errors import MachineError, PipelineError, UsageError
from pipeline.models import enclosure
from pipeline.report import cfa
from pipeline.report.material import read_material
from pipeline.request import CfaSelection
from tests.pages import second_network
from tests.support import models, pdf_text, plain, run
from tests.unit.edition import tasks

Lancer = Callable[..., dict[str, TaskFailure]]
VANNES = "0560001B"


pytestmark = pytest.mark.usefixtures("core_once")


@pytest.fixture
def launch(tmp_path: Path) -> Lancer:
    """`launch(task, keys, …)`: have it run and wait, each key writing the file of its name."""

    def go(
        tache: Callable[[str, str, Path], None], cles: list[str], jobs: int = 2, par_processus: int = 100,
        avance: Callable[[int], None] = lambda _: None,
    ) -> dict[str, TaskFailure]:  # fmt: skip
        demandes = {cle: tmp_path / cle for cle in cles}
        with Crew(jobs, par_processus=par_processus) as equipe:
            lot = equipe.hand_out(functools.partial(tache, "commun"), demandes)
            lot.avance = avance
            return equipe.wait_for(lot)

    return go


def written(dossier: Path, cle: str) -> str:
    """What `tasks.write` left, its process apart."""
    return (dossier / cle).read_text(encoding="utf-8").rsplit(" ", 1)[0]


def process(dossier: Path, cle: str) -> str:
    return (dossier / cle).read_text(encoding="utf-8").rsplit(" ", 1)[1]


@pytest.fixture(autouse=True)
def _no_other_process() -> None:
    """That of contributed SQL serves all the tests of a process."""
    enclosure.Process.end()


def test_a_machine_that_starts_no_process_is_told_as_such(launch: Lancer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without /dev/shm, or with one that is not ours, nothing is wrong with the output folder."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(BaseContext, "RLock", refuse)
    with pytest.raises(MachineError, match=r"aucun processus ne peut être lancé .*les droits manquent.*/dev/shm"):
        launch(tasks.write, ["a"])


def test_each_task_has_what_is_common_and_progress_is_told(launch: Lancer, tmp_path: Path) -> None:
    faits: list[int] = []
    assert launch(tasks.write, ["1", "2", "3", "4"], avance=faits.append) == {}
    assert [written(tmp_path, cle) for cle in "1234"] == [f"commun {cle}" for cle in "1234"]
    assert faits == [1, 2, 3, 4]


def test_a_process_is_replaced_after_its_share_of_tasks(launch: Lancer, tmp_path: Path) -> None:
    assert launch(tasks.write, list("12345"), jobs=1, par_processus=2) == {}
    qui = [process(tmp_path, cle) for cle in "12345"]
    assert qui[0] == qui[1] != qui[2] == qui[3] != qui[4]
    assert not multiprocessing.active_children()


def test_failures_are_told_without_data_while_the_others_finish(launch: Lancer, tmp_path: Path) -> None:
    echecs = launch(tasks.stumble, ["gabarit", "1", "defaut", "memoire", "disque", "sortie", "2"])
    assert {cle: echec.code for cle, echec in echecs.items()} == {
        "gabarit": 2, "defaut": 1, "memoire": 5, "disque": 5, "sortie": 1,
    }  # fmt: skip
    assert echecs["gabarit"].message == "cfa.html.jinja:3 : gabarit illisible. Corrigez-le."
    assert "tasks.py" in echecs["defaut"].message and "KeyError : message tu" in echecs["defaut"].message
    assert not any("Zyx" in echec.message for echec in echecs.values())
    assert [written(tmp_path, cle) for cle in "12"] == ["commun 1", "commun 2"]


def test_a_process_that_dies_names_its_task_and_the_others_finish(launch: Lancer, tmp_path: Path) -> None:
    (mort,) = launch(tasks.stumble, ["1", "mort", "2", "3"]).items()
    assert mort[0] == "mort"
    assert mort[1].code == MachineError.code_sortie
    assert mort[1].message.startswith("le processus qui l'écrivait s'est arrêté, deux fois. ")
    assert [written(tmp_path, cle) for cle in "123"] == [f"commun {cle}" for cle in "123"]


def test_a_task_whose_process_died_once_is_done_again(launch: Lancer, tmp_path: Path) -> None:
    assert launch(tasks.die_once, ["1", "2"]) == {}
    assert written(tmp_path, "1") == "commun 1"


def test_a_process_that_dies_with_nothing_to_do_takes_no_task_with_it(launch: Lancer, tmp_path: Path) -> None:
    def kill(fait: int) -> None:
        for processus in multiprocessing.active_children() if fait < 3 else ():
            processus.kill()

    assert launch(tasks.write, ["1", "2", "3"], jobs=1, avance=kill) == {}
    assert [written(tmp_path, cle) for cle in "123"] == [f"commun {cle}" for cle in "123"]


def test_processes_that_die_whatever_they_are_given_stop_the_run(
    launch: Lancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "MORTS_DE_SUITE", 2)
    with pytest.raises(MachineError, match=r"2 processus de suite se sont arrêtés sans rien écrire \(mort-1, mort-2\)"):
        launch(tasks.stumble, ["mort-1", "mort-2", "mort-3"], jobs=1)


def test_what_processes_leave_in_the_temporary_folder_goes_with_the_run(
    launch: Lancer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provisoire = tmp_path / "provisoire"
    provisoire.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(provisoire))
    monkeypatch.setenv("TMPDIR", str(provisoire))
    assert list(launch(tasks.leave_something_behind, ["1", "2", "mort-1"])) == ["mort-1"]
    assert written(tmp_path, "1") == "commun 1"
    assert not list(provisoire.iterdir())


def test_a_failure_of_several_is_said_once(launch: Lancer) -> None:
    echecs = launch(tasks.stumble, ["gabarit-1", "gabarit-2"])
    with pytest.raises(UsageError) as refus:
        cfa_reports.refuse(echecs, 2)
    assert plain(refus.value.message) == (
        "2 rapports de CFA ont échoué sur 2, rien n'est publié. Corrigez, puis relancez :\n"
        "gabarit-1, gabarit-2 : cfa.html.jinja:3 : gabarit illisible. Corrigez-le."
    )


def test_whoever_hands_tasks_out_takes_back_those_that_nobody_began(tmp_path: Path) -> None:
    with Crew(1) as equipe:
        lots = [equipe.hand_out(functools.partial(tasks.write, nom), {nom: tmp_path / nom}) for nom in "ab"]
        assert equipe.take_back(lots[1]) == ["b"]
        assert equipe.take_back(lots[1]) == []
        assert equipe.wait_for(lots[0]) == {}
        assert equipe.take_back(lots[0]) == []
    assert [chemin.name for chemin in tmp_path.iterdir()] == ["a"]
    assert not multiprocessing.active_children()


def test_processes_work_while_those_who_hired_them_do_unless_one_at_a_time(tmp_path: Path) -> None:
    with Crew(2) as equipe:
        equipe.warm_up()
        lot = equipe.hand_out(functools.partial(tasks.write, "commun"), {"1": tmp_path / "1"})
        while not lot.faits:
            time.sleep(0.05)
        assert equipe.wait_for(lot) == {}
    with Crew(1) as equipe:
        equipe.warm_up()
        lot = equipe.hand_out(functools.partial(tasks.write, "commun"), {"1": tmp_path / "2"})
        assert not multiprocessing.active_children()
        assert equipe.wait_for(lot) == {}


def test_a_crew_that_is_closed_ends_at_once_what_it_does(tmp_path: Path) -> None:
    with Crew(2) as equipe:
        equipe.warm_up()
        equipe.hand_out(functools.partial(tasks.sleep_after_the_first, "commun"), {"2": tmp_path / "2"})
    assert not multiprocessing.active_children()
    assert not Path(equipe.provisoire.name).exists()


def test_an_interrupted_run_ends_its_processes_at_once(launch: Lancer) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    debut = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        launch(tasks.sleep_after_the_first, ["1", "2"], avance=interrupt)
    assert time.monotonic() - debut < 60
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(
    ("codes", "worst"), [((2, 5), 5), ((3, 2), 3), ((5, 1, 3), 1)], ids=["machine", "input", "a bug"]
)
def test_the_exit_code_is_that_of_the_worst_failure(codes: tuple[int, ...], worst: int) -> None:
    with pytest.raises(PipelineError) as refus:
        cfa_reports.refuse({str(code): TaskFailure(code, f"Faute {code}.") for code in codes}, 3000)
    assert refus.value.code_sortie == worst
    assert all(f"\n{code} : Faute {code}." in refus.value.message for code in codes)
    assert f"{len(codes)} rapports de CFA ont échoué sur 3 000" in plain(refus.value.message)


def test_many_cfa_with_one_failure_are_not_all_named() -> None:
    with pytest.raises(PipelineError) as refus:
        cfa_reports.refuse({f"{rang:04d}": TaskFailure(5, "Disque plein.") for rang in range(2000)}, 3000)
    assert plain(refus.value.message).endswith("0048, 0049 et 1 950 de plus : Disque plein.")


HOSTILES = (
    "../../x", "..", "", ".", "/etc/passwd", r"C:\x", r"\\serveur\x", "a/b", "a:b", "CON", "con", "nul", "AUX.", " A ",
    "A\x00", "A\n", "\x1b[2J", "0750001a", "0750001A ", "É", "E\u0301", "A" * 300, "<>|?*\"", "\ud800", "ß", "SS",
)  # fmt: skip


def test_the_name_of_a_file_never_leaves_its_folder_nor_takes_the_place_of_another(tmp_path: Path) -> None:
    assert cfa_reports.file_name("2021-2022", "0750001A") == "rapport_2021-2022_0750001A.pdf"
    noms = [cfa_reports.file_name("2021-2022", uai) for uai in (*HOSTILES, "0750001A")]
    for nom in noms:
        assert re.fullmatch(r"rapport_2021-2022_[0-9A-Z_]{0,20}(-[0-9a-f]{12})?\.pdf", nom)
        assert (tmp_path / nom).resolve().parent == tmp_path.resolve()
    assert len({nom.casefold() for nom in noms}) == len(noms)


@pytest.fixture(scope="module")
def network(core_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second network, with the same edition as before the reports of CFA."""
    dossier = tmp_path_factory.mktemp("reseau")
    second_network.write(dossier, second_network.rows())
    assert report(dossier, cfa=False).exit_code == 0
    return dossier


def report(dossier: Path, *options: str | Path, cfa: bool = True):
    """Publish it; the report of the network is not laid out."""
    chemins = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml", "--sql", models("par_cfa"))
    return run("rapport", *chemins, *options, cwd=dossier, cfa=cfa, laid_out=False)


@pytest.fixture(scope="module")
def hostile(core_once: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same network, a CFA of which has an UAI that is a path, with its reports, by one process; what was said."""
    dossier = tmp_path_factory.mktemp("hostile")
    lignes = [{cle: v.replace(VANNES, "/1/CON") for cle, v in ligne.items()} for ligne in second_network.rows()]
    second_network.write(dossier, lignes)
    etablissements = dossier / "donnees/referentiels/etablissements.csv"
    etablissements.write_text(second_network.REFERENTIELS[etablissements.name].replace(VANNES, "/1/CON"), "utf-8")
    resultat = report(dossier, "--jobs", "1")
    assert resultat.exit_code == 0, resultat.output
    return dossier, resultat.output


def test_the_reports_are_in_the_edition_and_its_manifest_under_names_that_are_safe(hostile: tuple[Path, str]) -> None:
    dossier, dit = hostile
    assert "\nRapports des CFA  0/2\n" in dit
    edition = dossier / "output/2023-2024"
    quimper, vannes = sorted((edition / "cfa").glob("*.pdf"))
    assert quimper.name == "rapport_2023-2024_0290001A.pdf"
    assert vannes.name == cfa_reports.file_name("2023-2024", "/1/CON")
    assert "Atelier de Vannes" in pdf_text(vannes)
    sorties = json.loads((edition / "manifeste.json").read_text("utf-8"))["sorties"]
    assert {f"cfa/{chemin.name}" for chemin in (quimper, vannes)} <= sorties.keys()
    assert len(list(dossier.rglob("*.pdf"))) == 3


def test_the_same_bytes_whatever_the_number_of_processes_and_the_order(
    hostile: tuple[Path, str], tmp_path: Path
) -> None:
    dossier, _ = hostile
    demande = BuildRequest(
        donnees=dossier / "donnees", base=tmp_path / "r.duckdb", config=dossier / "config.toml", sql=models("par_cfa")
    )
    construction = build_database(demande, lambda _: None)
    with duckdb.connect(str(construction.base), read_only=True) as con:
        des_cfa = cfa.CfaMaterial.of(read_material(con, construction))
    uais = cfa_reports.choose(des_cfa, CfaSelection(), tmp_path)
    with Crew(3) as equipe:
        lot = cfa_reports.hand_out(equipe, des_cfa, uais[::-1], tmp_path / "cfa")
        cfa_reports.wait_for(equipe, lot, uais, lambda *_: None)

    def files(racine: Path) -> dict[str, bytes]:
        return {str(p.relative_to(racine)): p.read_bytes() for p in racine.rglob("*") if p.is_file()}

    ecrits = files(tmp_path / "cfa")
    assert {Path(nom).suffix for nom in ecrits} == {".pdf", ".html", ".svg"}
    assert ecrits == files(dossier / "output/2023-2024/cfa")


def test_only_the_cfa_that_are_asked_for(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cfa_reports, "write_both", tasks.fail_in_vannes)
    resultat = report(network, "--cfa", "0290001a", "--jobs", "1")
    assert resultat.exit_code == 0, resultat.output
    (seul,) = (network / "output/2023-2024/cfa").iterdir()
    assert seul.name == "rapport_2023-2024_0290001A.pdf"


def refused(network: Path, code: int, *options: str) -> str:
    """What the command says when it publishes nothing: the editions are as they were."""

    def editions() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in (network / "output").rglob("*") if p.is_file()}

    avant = editions()
    resultat = report(network, *options)
    assert resultat.exit_code == code, resultat.output
    assert editions() == avant
    assert "Zyx" not in resultat.output
    return plain(resultat.stderr)


def test_an_unknown_cfa(network: Path) -> None:
    assert refused(network, 2, "--cfa", VANNES, "--cfa", "0560001C") == (
        "Erreur : --cfa : « 0560001C » n'est pas l'UAI d'un CFA qui a des apprentis suivis en 2023-2024 "
        "(le plus proche : « 0560001B »). Corrigez-le ; sans --cfa, chaque CFA a son rapport.\n"
    )


def test_some_cfa_and_none_at_once(network: Path) -> None:
    phrase = "Erreur : --cfa et --sans-cfa se contredisent. Gardez l'un des deux.\n"
    assert refused(network, 2, "--cfa", VANNES, "--sans-cfa") == phrase


def test_one_report_that_fails_and_nothing_is_published(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cfa_reports, "write_both", tasks.fail_in_vannes)
    message = refused(network, 1, "--refaire")
    debut = "Erreur : 1 rapport de CFA a échoué sur 2, rien n'est publié. Corrigez, puis relancez :\n0560001B : "
    assert message.startswith(debut)
    assert "in fail_in_vannes" in message


def test_an_interrupted_run_publishes_nothing(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Crew, "wait_for", interrupt)
    refused(network, 130)
    assert not (network / "output/.2023-2024.nouvelle").exists()


def test_another_run_that_writes_in_the_folder(network: Path) -> None:
    verrou = network / "output/.verrou"
    with FileLock(verrou):
        phrase = "un autre traitement écrit dans ce dossier. Attendez sa fin, puis relancez."
        assert refused(network, 5, "--sans-cfa", "--refaire") == f"Erreur : {network / 'output'} : {phrase}\n"
    verrou.unlink()


def test_progress_is_told_at_each_tenth_with_the_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heure = iter(range(0, 100_000, 12))
    monkeypatch.setattr(console.time, "monotonic", lambda: next(heure))
    progress = console.Progress()
    progress("Rapports des CFA")
    for fait in range(3001):
        progress.advance(fait, 3000)
    lignes = capsys.readouterr().out.splitlines()
    assert len(lignes) == 10
    assert lignes[:2] == ["Rapports des CFA  0/3000", "Rapports des CFA  300/3000  reste 9 h 02"]
    assert lignes[-1] == "Rapports des CFA  2700/3000  reste 1 h 01"


@pytest.mark.parametrize(("secondes", "dit"), [(0.2, "1 s"), (59.1, "1 min"), (61, "2 min"), (3600, "1 h 00")])
def test_a_time_to_wait(secondes: float, dit: str) -> None:
    assert console.duration(secondes) == dit
