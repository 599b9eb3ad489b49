"""What `--verbose` tells: the files that are read, the steps with their durations; never anything of a row."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

JOURNAL = logging.getLogger("pipeline")  # silent unless the command is verbose (`speech`)


def tell(texte: str) -> None:
    """Tell one thing."""
    JOURNAL.info("%s", texte)


@contextmanager
def timed(quoi: str) -> Iterator[None]:
    """Tell what was done inside, and how long it took."""
    debut = time.monotonic()
    yield
    duree = f"{time.monotonic() - debut:.2f}".replace(".", ",")
    tell(f"{quoi} : {duree} s")
