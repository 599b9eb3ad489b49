"""A page is laid out as WeasyPrint alone would: what is left out of its work changes no byte."""

from __future__ import annotations

from pathlib import Path

import pytest
import weasyprint
from pydyf import PDF

from pipeline.report import document, pdf

PAGE = """<!doctype html><html lang="fr"><head><title>Essai</title><style>
@font-face { font-family: Inter; src: url("police:Inter-Regular.otf") } html { font-family: Inter }
</style></head><body><h1>Titre</h1><p>Un <b>mot</b>, <a href="#fin">un lien</a><br>et une ligne.</p>
<ul><li>Un<ol><li>deux</li></ol></li></ul><dl><dt>Mot</dt><dd>Sens</dd></dl><blockquote>Citation</blockquote>
<table><caption>Table</caption><thead><tr><th scope="col">Nom</th><th scope="col">Nombre</th></tr></thead>
<tbody><tr><th scope="row">Un</th><td>1</td></tr></tbody></table><p id="fin">Fin</p></body></html>"""


def test_a_page_has_the_bytes_that_weasyprint_alone_gives_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.write_pdf(PAGE, tmp_path / "page.pdf")
    monkeypatch.setattr(document, "Page", weasyprint.HTML)
    monkeypatch.setattr(document, "write_once", lambda *_: None)
    pdf.write_pdf(PAGE, tmp_path / "seul.pdf")
    assert (tmp_path / "page.pdf").read_bytes() == (tmp_path / "seul.pdf").read_bytes()


def test_an_element_has_a_style_for_what_it_may_have_only() -> None:
    """WeasyPrint makes one for each rule of its own, which are for notes and markers of any element."""
    des_pages = {regle[3] for regle in document.base_style().matcher.other_selectors}
    assert not des_pages & {*document.DE_NOTES, document.MARQUE}
    siens = {regle[3] for regle in weasyprint.UA_STYLESHEET.matcher.other_selectors}
    assert siens >= {*document.DE_NOTES, document.MARQUE}


def test_an_object_of_a_pdf_is_written_once() -> None:
    fichier = PDF()
    document.write_once(None, fichier)
    (nul, *objets) = fichier.objects
    assert nul.free == "f"
    assert all(isinstance(objet, document.Written) and objet.data is objet.data for objet in objets)
