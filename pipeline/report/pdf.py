"""HTML → a tagged PDF (PDF/UA-1), the same bytes for the same text."""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MachineError
from pipeline.report.templates import GABARITS

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

BIBLIOTHEQUES = (
    "Installez-les : Debian ou Ubuntu, « apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 » ; "
    "Fedora, « dnf install pango » ; macOS, « brew install pango » ; Windows, MSYS2 puis "
    "« pacman -S mingw-w64-x86_64-pango »."
)


def check_machine() -> None:
    """Raises MachineError when WeasyPrint's system libraries are missing (better told before the work than after)."""
    try:
        # WeasyPrint prints a page of English when they are.
        with contextlib.redirect_stdout(io.StringIO()):
            importlib.import_module("pipeline.report.fetching")
    except OSError:
        raise MachineError("les bibliothèques système de WeasyPrint manquent", faire=BIBLIOTHEQUES) from None


@functools.cache
def open_fonts() -> FontConfiguration:
    """The fonts of every document of this process, read once; the folder of WeasyPrint's copies ends with it."""
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 (as below)

    polices = FontConfiguration()
    # Not left to the collector, which a process that ends may never run.
    atexit.register(polices.__del__)
    return polices


def write_pdf(html: str, chemin: Path) -> None:
    """Lay a page out into a file. Raises as `lay_out`."""
    chemin.write_bytes(lay_out(html))


def lay_out(html: str) -> bytes:
    """Lay a page out; nothing is loaded but the bundled fonts and what the page itself holds.

    Raises:
        MachineError: WeasyPrint's system libraries are missing.
    """
    check_machine()
    import weasyprint  # noqa: PLC0415 (slow to import, and fails where Pango is missing)

    from pipeline.report.fetching import Fetcher  # noqa: PLC0415 (imports WeasyPrint too)

    # What exists by now lives to the end: the collector need not visit it at each of its rounds.
    gc.freeze()
    seuils = gc.get_threshold()
    # A document makes millions of objects that live as long as it does: looking for others so often finds nothing.
    gc.set_threshold(100_000, 50, 50)
    # Where HarfBuzz-Subset is missing, fonts are cut by a library that stamps them with the time.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    octets = weasyprint.HTML(string=html, url_fetcher=Fetcher(GABARITS / "polices")).write_pdf(
        font_config=open_fonts(),
        pdf_variant="pdf/ua-1",
    )
    gc.set_threshold(*seuils)
    gc.unfreeze()
    assert octets is not None
    return octets
