"""French typography: what people write with the signs of a keyboard, as it is printed; what is no words is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.typography import FINE, INSECABLE, typeset, typeset_html
from tests.support import plain


@pytest.mark.parametrize(
    ("ecrit", "imprime"),
    [
        ("l'écart d'un CFA", "l’écart d’un CFA"),
        ("« Nette » : oui", f"«{FINE}Nette{FINE}»{INSECABLE}: oui"),
        ("Pourquoi ? Parce que ; voilà !", f"Pourquoi{FINE}? Parce que{FINE}; voilà{FINE}!"),
        ("5 % des apprentis", f"5{FINE}% des apprentis"),
        ("Internat - oui ou non", "Internat – oui ou non"),
        ("2021-2022, Saint-Denis, -5", "2021-2022, Saint-Denis, -5"),
        ("13:45, a;b, 5%, quoi?", "13:45, a;b, 5%, quoi?"),
    ],
)
def test_signs_have_their_french_form_and_their_spaces(ecrit: str, imprime: str) -> None:
    assert typeset(ecrit) == imprime


@pytest.mark.parametrize(
    ("ecrit", "imprime"),
    [
        ("le 1er août", "le 1ᵉʳ août"),
        ("CAP 1re année, 2e année", "CAP 1ʳᵉ année, 2ᵉ année"),
        ("du 3e au 12e mois", "du 3ᵉ au 12ᵉ mois"),
        ("l'1er, (2e), « 1re »", f"l’1ᵉʳ, (2ᵉ), «{FINE}1ʳᵉ{FINE}»"),
    ],
)
def test_ordinals_are_raised(ecrit: str, imprime: str) -> None:
    assert typeset(ecrit) == imprime


@pytest.mark.parametrize(
    "texte", ["0951625E", "NC2e", "R1er", "1,2e", "0.1er", "21er", "1e", "100e", "0e", "3em", "2re", "1erreur"]
)
def test_what_only_looks_like_an_ordinal_is_left(texte: str) -> None:
    assert typeset(texte) == texte


@given(st.text(alphabet="aeér 12'’«»:;?!%-\u00a0\u202f.,", max_size=40))
def test_no_letter_or_figure_is_lost_and_the_second_time_changes_nothing(texte: str) -> None:
    """A label may be set where it is drawn, then with its page."""
    imprime = typeset(texte)
    assert plain(imprime).replace("–", "-") == plain(texte)
    assert typeset(imprime) == imprime


def test_of_a_page_the_words_are_set_and_the_tags_are_not() -> None:
    html = '<a href="l\'an - 1er.html" class="x : y">L\'an - 1er : <b>5 %</b></a>'
    assert typeset_html(html) == (
        f'<a href="l\'an - 1er.html" class="x : y">L’an – 1ᵉʳ{INSECABLE}: <b>5{FINE}%</b></a>'
    )


def test_escaped_apostrophes_are_apostrophes() -> None:
    assert typeset_html("<p>L&#39;écart &amp; l&#39;autre</p>") == "<p>L’écart &amp; l’autre</p>"


def test_styles_and_scripts_are_no_words() -> None:
    html = "<style>a::after { content: ' : '; width: 5 % }</style><script>let a = b ? 'c' : 'd' ;</script>"
    assert typeset_html(html) == html


@pytest.mark.parametrize("attribut", ["alt", "aria-label", "data-titre", "data-source"])
def test_what_an_attribute_says_to_a_person_is_words(attribut: str) -> None:
    avant = '<img src="data:image/svg+xml;base64,Jw==" '
    assert typeset_html(f'{avant}{attribut}="L\'an : 5 %">') == f'{avant}{attribut}="L’an{INSECABLE}: 5{FINE}%">'


def test_the_spaces_of_french_are_put_in() -> None:
    assert typeset("« Quoi ? » : oui ; 5 % et 3 € !") == (
        "«\u202fQuoi\u202f?\u202f»\u00a0: oui\u202f; 5\u202f% et 3\u202f€\u202f!"
    )
