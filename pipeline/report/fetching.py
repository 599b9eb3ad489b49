"""What a page may load while it is rendered: the bundled fonts and data URIs; nothing from the disk or the network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class Fetcher(URLFetcher):
    """Serves `police:<file>` from the fonts of one folder, read once, and data URIs; anything else stops the rendering.

    A font in a data URI would be parsed as CSS text, a tenth of the rendering time.
    """

    def __init__(self, dossier: Path) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
        self.polices = {f"police:{chemin.name}": chemin.read_bytes() for chemin in dossier.glob("*.otf")}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """The content of `url`. Raises FatalURLFetchingError for what is not ours."""
        if url in self.polices:
            return URLFetcherResponse(url, body=self.polices[url], headers={"Content-Type": "font/otf"})
        if not url.startswith("data:"):
            raise FatalURLFetchingError(f"adresse refusée dans le rapport : {url[:40]}")
        return super().fetch(url, headers)
