"""French typography, at one place: what people write in files with the signs of a keyboard → what is printed.

Apostrophes, spaces that no line ends at, ordinals, dashes. Sources keep the keyboard's signs, so that a text can be
searched and compared; what is read by programs (CSV, parquet, JSON) is left as it is.
"""

from __future__ import annotations

import re

INSECABLE, FINE = "\u00a0", "\u202f"  # before a colon; before other high signs and inside quotation marks
ORDINAUX = {"er": "ᵉʳ", "re": "ʳᵉ", "e": "ᵉ"}
ORDINAL = re.compile(r"(?<![\w,.])(1)(er|re)\b|(?<![\w,.])([2-9]|[1-9]\d)(e)\b")
ECRITS = (
    ("&#39;", "’"),
    ("'", "’"),
    ("« ", f"«{FINE}"),
    (" »", f"{FINE}»"),
    (" :", f"{INSECABLE}:"),
    (" ;", f"{FINE};"),
    (" ?", f"{FINE}?"),
    (" !", f"{FINE}!"),
    (" %", f"{FINE}%"),
    (" €", f"{FINE}€"),
    (" - ", " – "),
)
BALISES = re.compile(r"(<style>.*?</style>|<script.*?</script>|<[^>]*>)", re.DOTALL)
# What an attribute says to a person: the words of an image, the running heads.
MOTS_DES_BALISES = re.compile(
    "|".join(f'(?<= {nom}=")[^"]*' for nom in ("alt", "aria-label", "data-titre", "data-source"))
)


def typeset(texte: str) -> str:
    """'L'écart de 1re année : 5 %' → 'L’écart de 1ʳᵉ année : 5 %' with its spaces."""
    for ecrit, imprime in ECRITS:
        texte = texte.replace(ecrit, imprime)
    return ORDINAL.sub(lambda trouve: f"{trouve[1] or trouve[3]}{ORDINAUX[trouve[2] or trouve[4]]}", texte)


def typeset_html(html: str) -> str:
    """The same of the words of a page and of its images; tags, styles and scripts are no words."""
    morceaux = BALISES.split(html)
    morceaux[::2] = map(typeset, morceaux[::2])
    morceaux[1::2] = [MOTS_DES_BALISES.sub(lambda mots: typeset(mots[0]), balise) for balise in morceaux[1::2]]
    return "".join(morceaux)
