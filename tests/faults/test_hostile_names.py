"""Names that come from data are text wherever they are printed: nothing of them reaches a file or the network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from tests.pages import second_network
from tests.pages.browsed import Page
from tests.support import models, pdf_text, plain, run, write_csv

SECRET = "CONTENU-DU-FICHIER-SECRET"
# What each would do if it were read as more than a text.
BALISE = '<img src="file://{secret}"><script src="https://x.test/a.js">'
LIEN = "</style><link rel=attachment href=file://{secret}>"
CSS = "url(file://{secret}); }} body {{ display: none"
JINJA = "{{% include '{secret}' %}}{{{{ 7 * 7 }}}}"
VEGA = "datum.x; fetch('https://x.test')"
MARKDOWN = "![x](file://{secret}) [y](https://x.test)"
# Every way a name is printed: charts of each type, tables, crossed tables, in the two kinds of report.
VENTILATIONS = (
    "cfa_compares", "par_cfa", "par_structure", "par_diplome", "par_filiere", "par_diplome_entree", "par_periode_cfa",
    "par_cfa_filiere", "par_cfa_diplome", "par_cfa_diplome_entree",
)  # fmt: skip


class ReachedError(AssertionError):
    """Something tried to reach the network."""


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """The edition of a network all of whose names are hostile, and these names."""
    dossier = tmp_path_factory.mktemp("hostile")
    secret = dossier / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    noms = [modele.format(secret=secret) for modele in (BALISE, LIEN, CSS, JINJA, VEGA, MARKDOWN)]
    second_network.write(dossier, second_network.rows(second_network.ENTIERE))
    config = dossier / "config.toml"
    texte = config.read_text(encoding="utf-8")
    for avant, apres in (("Les Ateliers d'Armorique", noms[2]), ("Bretagne", noms[1]), ("Les diplômes", noms[3])):
        texte = texte.replace(f'"{avant}"', f"'''{apres}'''")
    config.write_text(texte, encoding="utf-8")
    referentiels = dossier / "donnees/referentiels"
    write_csv(
        referentiels / "etablissements.csv",
        [
            {"uai": uai, "siret": "", "nom": nom, "type_structure": "CFA", "uai_cfa_rattachement": uai, "commune": nom,
             "code_postal": "29000"}
            for uai, nom in (("0290001A", noms[0]), ("0560001B", noms[4]))
        ],
    )  # fmt: skip
    write_csv(
        referentiels / "diplomes.csv",
        [
            {"code_diplome": code, "intitule": nom, "type_diplome": "CAP", "niveau": "3", "filiere": nom}
            for code, nom in (("50022139", noms[3]), ("50033604", noms[5]))
        ],
    )
    write_csv(
        referentiels / "diplomes_entree.csv", [{"source": "13", "libelle": noms[1]}, {"source": "33", "libelle": "x"}]
    )
    with pytest.MonkeyPatch.context() as monkeypatch:

        def reached(*_args: object, **_kwargs: object) -> None:
            raise ReachedError

        monkeypatch.setattr(socket.socket, "connect", reached)
        monkeypatch.setattr(socket, "create_connection", reached)
        chemins = ("--donnees", dossier / "donnees", "--config", config, "--sql", models(*VENTILATIONS))
        resultat = run("rapport", *chemins, "--jobs", "1", cwd=dossier, cfa=True)
        assert resultat.exit_code == 0, resultat.output
    yield dossier / "output/2023-2024", noms


def test_hostile_names_are_printed_as_they_are(edition: tuple[Path, list[str]]) -> None:
    dossier, noms = edition
    texte = "".join(pdf_text(dossier / "rapport_2023-2024.pdf").split())
    for nom in noms:
        # A name is cut where a line ends.
        assert "".join(nom.split())[:20] in texte, nom
    assert "{{7*7}}" in texte and "49" not in texte.split("{{7*7}}")[0][-4:]


def test_no_report_holds_the_file_or_goes_anywhere(edition: tuple[Path, list[str]]) -> None:
    pdfs = sorted(edition[0].rglob("*.pdf"))
    assert len(pdfs) == 3
    for pdf in pdfs:
        assert SECRET not in pdf_text(pdf)
        with pikepdf.open(pdf) as document:
            assert "/EmbeddedFiles" not in document.Root.get("/Names", {})
            assert "/AF" not in document.Root and "/OpenAction" not in document.Root
            for objet in document.objects:
                if isinstance(objet, pikepdf.Dictionary):
                    assert not {"/URI", "/JS", "/EF", "/Launch"} & set(objet.keys())


def test_no_page_for_a_screen_takes_them_for_anything_but_words(edition: tuple[Path, list[str]]) -> None:
    pages = [Page(chemin) for chemin in sorted(edition[0].rglob("*.html"))]
    assert len(pages) == 3
    for page in pages:
        assert page.faults == []
        assert [adresse for adresse in page.addresses if not adresse.startswith("data:")] == []
        assert page.html.count("<script>") == 1
        assert all((page.chemin.parent / lien).is_file() for lien in page.links if not lien.startswith("#"))
    textes = "".join(plain("".join(pages[-1].words)).split())
    for nom in edition[1]:
        assert "".join(nom.split())[:20] in textes, nom


def test_no_name_of_a_file_is_theirs(edition: tuple[Path, list[str]]) -> None:
    noms = sorted(chemin.name for chemin in (edition[0] / "cfa").iterdir())
    rapports = ["rapport_2023-2024_0290001A.pdf", "rapport_2023-2024_0560001B.pdf"]
    assert noms == ["0290001A", "0290001A.html", "0560001B", "0560001B.html", *rapports]
    assert not list(edition[0].parents[1].rglob("*x.test*"))
