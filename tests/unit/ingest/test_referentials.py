"""Reading referentials: cleaned as exports are, their successions followed, all that is missing told at once."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.errors import InputError, PipelineError, UsageError
from pipeline.ingest.referentials import load_referentials, open_referentials, read_wordings
from pipeline.paths import RACINE
from pipeline.schemas import REFERENTIELS, REFERENTIELS_FACULTATIFS
from tests.support import REFERENTIELS as PETITS
from tests.support import rows

Load = Callable[..., tuple[duckdb.DuckDBPyConnection, list[str]]]
GUIDE = (RACINE / "docs/referentiels.md").read_text(encoding="utf-8")
MODELES = RACINE / "docs/referentiels"
ENTETE = "uai;siret;nom;type_structure;uai_cfa_rattachement;commune;code_postal;remplace\n"
LAC = "0010001A;11111111100001;CFA du Lac;CFA;0010001A;Annecy;74000;"
MONT = "0010002B;11111111100002;CFA du Mont;CFA;0010002B;Chambéry;73000;"


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Read referentials: those of the small projects, but for the files given (None: not there)."""
    con = duckdb.connect()

    def of(fichiers: Mapping[str, str | bytes | None]) -> tuple[duckdb.DuckDBPyConnection, list[str]]:
        write(tmp_path / "referentiels", fichiers)
        con.execute("drop schema if exists ref cascade; create schema ref")
        douteux = load_referentials(con, open_referentials(tmp_path / "referentiels"))
        return con, douteux

    yield of
    con.close()


def write(dossier: Path, fichiers: Mapping[str, str | bytes | None]) -> None:
    dossier.mkdir(exist_ok=True)
    for nom, contenu in {**PETITS, **fichiers}.items():
        if contenu is not None:
            (dossier / nom).write_bytes(contenu.encode() if isinstance(contenu, str) else contenu)


def refusal(load: Load, fichiers: Mapping[str, str | bytes | None]) -> PipelineError:
    with pytest.raises(PipelineError) as refus:
        load(fichiers)
    return refus.value


def of(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return dict(con.execute(f"from ref.{table}").fetchall())


# --- Values: cleaned as those of exports ---------------------------------------------------------------------------

ECRITURES = {
    "marks of tools": (
        '="0010001A";="11111111100001";CFA du Lac;CFA;="0010001A";Annecy;74000;',
        ("0010001A", "11111111100001", "CFA du Lac", "CFA", "74000"),
    ),
    "apostrophes, no-break spaces, invisible characters": (
        "'0010001A;111 111 111\u00a000001;\u200bCFA du Lac\u00a0;CFA_x000D_;0010001a;Annecy;'01000;",
        ("0010001A", "11111111100001", "CFA du Lac", "CFA", "01000"),
    ),
    "numbers and lost zeros": (
        "10001A;11111111100001.0;CFA du Lac;cfa;10001A;Annecy;1000.0;",
        ("0010001A", "11111111100001", "CFA du Lac", "CFA", "01000"),
    ),
    "dots and dashes": (
        "0010001-A;111.111.111.00001;CFA du Lac;Cfa;;Annecy;74 000;",
        ("0010001A", "11111111100001", "CFA du Lac", "CFA", "74000"),
    ),
    "marks of emptiness": ("0010001A;NULL;CFA du Lac;(vide);-;N/A;0;NA", ("0010001A", None, "CFA du Lac", None, None)),
    "fields left out at the end of a row, or added": (
        "0010001A;11111111100001;CFA du Lac\n0010002B;;CFA du Mont;CFA;;;;;;;",
        ("0010001A", "11111111100001", "CFA du Lac", None, None),
    ),
}


@pytest.mark.parametrize("ecriture", ECRITURES)
def test_establishments_are_cleaned_as_exports_are(load: Load, ecriture: str) -> None:
    ligne, attendue = ECRITURES[ecriture]
    # 0010001A has not the letter of its number: only a right one proves a lost zero.
    texte = (ENTETE + ligne + "\n;;;;;;;\n").replace("10001A", "10001W") if "zeros" in ecriture else ENTETE + ligne
    con, _ = load({"etablissements.csv": texte})
    (lue, *_) = rows(con, "select uai, siret, nom, type_structure, code_postal from ref.etablissements order by uai")
    assert lue == tuple(v and v.replace("0010001A", "0010001W") if "zeros" in ecriture else v for v in attendue)


@pytest.mark.parametrize("encodage", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separateur", [";", ",", "\t", "|"])
def test_every_encoding_and_delimiter_of_exports_is_read(load: Load, encodage: str, separateur: str) -> None:
    texte = "Référentiel\r\n\r\nCode Diplôme;INTITULÉ;Type_diplome*;Filière\r\n50022137;CAP Pâtissier;CAP;Métiers\r\n"
    con, _ = load({"diplomes.csv": texte.replace(";", separateur).encode(encodage)})
    assert rows(con, "select code_diplome, intitule, niveau from ref.diplomes") == [("50022137", "CAP Pâtissier", None)]


@pytest.mark.parametrize(
    ("debut", "montant"),
    [("01/08/2021", "7 000,00 €"), ("2021-08-01 00:00:00", "7000.000000001"), ("44409", "7.000"),
     ("1er août 2021", "7000"), ("20210801", "'7000")],
)  # fmt: skip
def test_dates_and_amounts_are_written_in_every_way(load: Load, debut: str, montant: str) -> None:
    con, _ = load({"npec.csv": f"code_diplome;npec_annuel;debut\n5002 2137;{montant};{debut}\n"})
    assert rows(con, "select code_diplome, npec_annuel::varchar, debut::varchar, fin from ref.npec") == [
        ("50022137", "7000.00", "2021-08-01", None)
    ]


def test_booleans_and_lists_of_motifs_are_written_in_every_way(load: Load) -> None:
    con, _ = load({
        "motifs.csv": "Motif;Liste;Sensible;Fin diplôme\nA;Exprimé;O;\nB;VALIDES;non;Oui\nC; valide;FAUX;1\nD;exprime;;"
    })  # fmt: skip
    assert rows(con, "select liste, sensible, fin_diplome from ref.motifs") == [
        ("exprime", True, None), ("valide", False, True), ("valide", False, True), ("exprime", None, None),
    ]  # fmt: skip


def test_wordings_that_group_are_one_however_they_are_written(load: Load) -> None:
    con, _ = load({
        "diplomes.csv": "code_diplome;type_diplome;filiere\n50022137;CAP;Gros œuvre\n50022138;cap ;Gros  œuvre.\n"
        "50022139;CAP;Étanchéité\n50022140;BP;ETANCHEITE\n",
        "situations.csv": "libelle;type_diplome;duree_mois;annee_cycle\nCAP 1re année;Cap;24;1\n",
    })  # fmt: skip
    assert rows(con, "select distinct type_diplome, filiere from ref.diplomes order by all") == [
        ("BP", "Étanchéité"), ("CAP", "Gros œuvre"), ("CAP", "Étanchéité"),
    ]  # fmt: skip
    assert rows(con, "select type_diplome from ref.situations") == [("CAP",)]


def test_a_code_that_is_a_wording_may_have_been_taken_for_a_number(load: Load) -> None:
    con, _ = load({"diplomes_entree.csv": "source;libelle\n13.0;Aucun diplôme\n33;CAP\n"})
    entrees = read_wordings(con)["diplomeentree"]

    assert entrees.apply(pl.Series(["13", "33.0", "99", None]))[0].to_list() == ["Aucun diplôme", "CAP", "99", None]


@pytest.mark.parametrize(
    ("fichier", "ligne", "dit"),
    [
        ("etablissements.csv", f"{LAC}\n{MONT}".replace("11111111100002", "1,11111E+13"),
         "etablissements.csv:3, siret, valeur détruite par un tableur (1,32E+13) : laissée vide."),
        ("etablissements.csv", f"{LAC}\n{MONT}".replace("0010002B", "10002B"),
         "etablissements.csv:3, uai, zéro initial perdu, gardé tel quel : vérifiez-le."),
        ("etablissements.csv", f"{LAC}\n{MONT}".replace("111111111", "1111111"),
         "etablissements.csv:2 (et 1 autre), siret, zéro initial perdu, gardé tel quel : vérifiez-le."),
    ],
)  # fmt: skip
def test_a_doubtful_code_is_told(load: Load, fichier: str, ligne: str, dit: str) -> None:
    _, douteux = load({fichier: f"{ENTETE}{ligne}\n"})
    assert [d for d in douteux if "rattachement" not in d] == [f"referentiels/{dit}"]


def test_a_diploma_code_that_may_have_lost_its_zero_is_told(load: Load) -> None:
    _, douteux = load({"diplomes.csv": "code_diplome;type_diplome;filiere\n1022701;MC;Couverture\n"})
    assert douteux == ["referentiels/diplomes.csv:2, code_diplome, zéro initial perdu, gardé tel quel : vérifiez-le."]


@pytest.mark.parametrize(
    ("fichiers", "ligne", "mots"),
    [
        ({"etablissements.csv": f"{ENTETE}{LAC}\n;9;CFA sans code;;;;;\n"}, 3, "la colonne uai est vide"),
        ({"etablissements.csv": f"{ENTETE}{LAC.replace('CFA du Lac', '')}\n"}, 2, "la colonne nom est vide"),
        ({"diplomes.csv": "code_diplome;type_diplome;filiere\n5,00E+07;CAP;X\n"}, 2, "« 5,00E+07 »"),
        ({"motifs.csv": "motif;liste;sensible\nA;exprimé;non\nB;entreprise;non\n"}, 3,
         "exprime (motif donné par l'entreprise) ou valide (par le CFA)"),
        ({"motifs.csv": "motif;liste;sensible\nSanté;exprime\n"}, 2, "nombre de champs"),
        ({"diplomes.csv": "code_diplome;type_diplome;filiere\n50022137;CAP;Plomberie;chauffage\n"}, 2,
         "nombre de champs"),
    ],
)  # fmt: skip
def test_a_value_that_must_be_there_or_cannot_be_read_is_refused_with_its_line(
    load: Load, fichiers: dict[str, str], ligne: int, mots: str
) -> None:
    refus = refusal(load, fichiers)
    assert (refus.code_sortie, refus.ligne) == (3, ligne)
    assert mots in refus.message


# --- Files and columns that are missing ----------------------------------------------------------------------------


def test_all_that_is_missing_is_told_at_once(load: Load, tmp_path: Path) -> None:
    refus = refusal(
        load,
        {
            "etablissements.csv": "Référentiel\n\nUAI;Nom de l'établissement\n0010001A;CFA du Lac\n",
            "diplomes.csv": None,
            "motifs.csv": "motif;liste;sensibles\nA;exprime;non\n",
            "situations.csv": "libelle;duree_mois\nCAP 1re année;12\n",
        },
    )
    assert isinstance(refus, InputError)
    assert refus.message == (
        f"{tmp_path / 'referentiels'} : référentiels incomplets. "
        "Ajoutez ce qui manque (docs/referentiels.md le décrit, docs/referentiels/ en a les modèles) :\n"
        "diplomes.csv : le fichier, colonnes code_diplome, type_diplome, filiere\n"
        "etablissements.csv:3 : la colonne « nom »\n"
        "motifs.csv:1 : la colonne « sensible » (le plus proche : « sensibles »)\n"
        "situations.csv:1 : les colonnes « type_diplome », « annee_cycle »"
    )


def test_files_alone_missing_are_wrong_usage(load: Load, tmp_path: Path) -> None:
    (tmp_path / "referentiels").mkdir()
    (tmp_path / "referentiels/motifs.xlsx").write_bytes(b"PK")
    refus = refusal(load, {"motifs.csv": None, "diplomes.csv": None})
    assert isinstance(refus, UsageError)
    assert refus.message.splitlines()[1:] == [
        "diplomes.csv : le fichier, colonnes code_diplome, type_diplome, filiere",
        "motifs.csv : le fichier, colonnes motif, liste, sensible (motifs.xlsx est à enregistrer en CSV)",
    ]


def test_the_columns_that_matter_are_enough(load: Load) -> None:
    con, douteux = load({
        "etablissements.csv": "uai;nom\n0010001A;CFA du Lac\n",
        "diplomes.csv": "filiere;code_diplome;type_diplome\nRestauration;50022137;CAP\n",
        "motifs.csv": "motif;liste;sensible\nAbandon;exprime;non\n",
        "situations.csv": None,
        "diplomes_entree.csv": None,
    })  # fmt: skip
    assert douteux == []
    assert rows(con, "select * from ref.etablissements") == [("0010001A", None, "CFA du Lac", *[None] * 5)]
    assert rows(con, "select count(*) from ref.situations") == [(0,)]
    assert rows(con, "select intitule, niveau, filiere from ref.diplomes") == [(None, None, "Restauration")]


def test_a_file_that_is_no_referential_is_told_with_the_nearest(load: Load) -> None:
    _, douteux = load(
        {"npecs.csv": "code_diplome;npec_annuel\n", "motifs.docx": "x", "~$motifs.xlsx": "", "desktop.ini": ""}
    )
    assert douteux == [
        "referentiels/motifs.docx : ce fichier n'est pas lu.",
        "referentiels/npecs.csv : ce fichier n'est pas lu (le plus proche : « npec.csv »).",
    ]


def test_the_name_of_a_file_may_have_capitals_and_accents(load: Load) -> None:
    texte = PETITS["etablissements.csv"]
    con, douteux = load({"etablissements.csv": None, "Établissements.CSV": texte})
    assert douteux == []
    assert rows(con, "select count(*) from ref.etablissements") == [(3,)]


def test_two_files_of_one_referential_are_refused(load: Load) -> None:
    refus = refusal(load, {"motifs.txt": PETITS["motifs.csv"]})
    assert (refus.code_sortie, refus.quoi) == (3, "le même référentiel que motifs.csv")


# --- Templates and guide -------------------------------------------------------------------------------------------


def test_the_templates_have_the_columns_of_the_referentials() -> None:
    assert sorted(chemin.stem for chemin in MODELES.iterdir()) == sorted(REFERENTIELS)
    for nom, colonnes in REFERENTIELS.items():
        with (MODELES / f"{nom}.csv").open(encoding="utf-8-sig", newline="") as flux:
            assert list(csv.reader(flux, delimiter=";")) == [[c.nom for c in colonnes]]


def test_the_templates_are_read_as_they_are(load: Load) -> None:
    con, douteux = load({chemin.name: chemin.read_bytes() for chemin in MODELES.iterdir()})
    assert douteux == []
    for nom in REFERENTIELS:
        assert rows(con, f"select count(*) from ref.{nom}") == [(0,)]


def test_every_column_is_in_the_guide_and_compulsory_ones_are_in_bold() -> None:
    sections = dict(re.findall(r"^## `(\w+)\.csv`(.*?)(?=^## |\Z)", GUIDE, re.S | re.M))
    assert sorted(sections) == sorted(REFERENTIELS)
    for nom, colonnes in REFERENTIELS.items():
        assert ("facultatif" in sections[nom].splitlines()[0]) == (nom in REFERENTIELS_FACULTATIFS), nom
        for c in colonnes:
            assert (f"| **`{c.nom}`** |" if c.entete else f"| `{c.nom}` |") in sections[nom], (nom, c.nom)


def test_the_examples_of_the_guide_are_read(load: Load) -> None:
    exemples = re.findall(r"^## `(\w+)\.csv`.*?```\n(.*?)```", GUIDE, re.S | re.M)
    con, douteux = load({f"{nom}.csv": texte for nom, texte in exemples})
    assert douteux == []
    assert all(rows(con, f"select count(*) > 0 from ref.{nom}") == [(True,)] for nom, _ in exemples)
    assert len(exemples) == len(REFERENTIELS)


# --- Successions ---------------------------------------------------------------------------------------------------

SUCCESSIONS = {
    "one UAI": (f"{LAC}0019999Z\n", {"0019999Z": "0010001A"}),
    "a UAI and a SIRET": (f"{LAC}0019999Z 22222222200009\n", {"0019999Z": "0010001A", "22222222200009": "0010001A"}),
    "codes with blanks, commas and marks": (
        f'{LAC}"0019999-z, 222 222 222 00009 ; \'0018888Y"\n',
        {"0019999Z": "0010001A", "22222222200009": "0010001A", "0018888Y": "0010001A"},
    ),
    "several lines in a cell": (f'{LAC}"0019999Z\n0018888Y"\n', {"0019999Z": "0010001A", "0018888Y": "0010001A"}),
    "the replaced one has its row": (
        f"{LAC}0010002B\n{MONT}\n",
        {"0010002B": "0010001A", "11111111100002": "0010001A"},
    ),
    "the row of the replaced one comes first, named by its SIRET": (
        f"{MONT}\n{LAC}11111111100002\n",
        {"0010002B": "0010001A", "11111111100002": "0010001A"},
    ),
    "a chain": (
        f"{LAC}0010002B\n{MONT}0019999Z\n0019999Z;;Ancien;CFA;;;;0018888Y\n",
        {"0010002B": "0010001A", "0019999Z": "0010001A", "0018888Y": "0010001A", "11111111100002": "0010001A"},
    ),
    "a code said twice in one cell": (f"{LAC}0019999Z 0019999Z\n", {"0019999Z": "0010001A"}),
    "the row of a closed one, attached to the CFA of the same name": (
        f"{LAC}\n0019999Z;;CFA  DU LAC;CFA;0010001A;;;\n",
        {"0019999Z": "0010001A"},
    ),
    "a site of the same name in another town stands": (
        f"{LAC}\n0019999Z;;CFA du Lac;CFA;0010001A;Cluses;74300;\n",
        {"0019999Z": "0019999Z"},
    ),
    "a UFA of the same name stands": (
        f"{LAC}\n0019999Z;;CFA du Lac;UFA;0010001A;;;\n",
        {"0019999Z": "0019999Z"},
    ),
    "a successor still attached to what it succeeded": (
        f"{LAC}\n0019999Z;;CFA du Lac;CFA;0010001A;;;0010001A\n",
        {"0010001A": "0019999Z", "0019999Z": "0019999Z"},
    ),
}


@pytest.mark.parametrize("succession", SUCCESSIONS)
def test_each_code_is_that_of_the_last_establishment(load: Load, succession: str) -> None:
    texte, attendus = SUCCESSIONS[succession]
    con, _ = load({"etablissements.csv": ENTETE + texte})
    codes = of(con, "etablissements_par_code")
    assert {code: codes[code] for code in attendus} == attendus
    assert set(codes.values()) <= {uai for (uai,) in rows(con, "select uai from ref.etablissements")}


def test_each_code_of_diploma_is_that_of_the_last_one(load: Load) -> None:
    con, _ = load({
        "diplomes.csv": "code_diplome;type_diplome;filiere;remplace\n50022140;CAP;Cuisine;50022137 5002 2138\n"
        "50022137;CAP;Cuisine;50022136\n26T32601;TP;Bureau;26M32601\n"
    })  # fmt: skip
    assert of(con, "diplomes_par_code") == {
        **dict.fromkeys(("50022136", "50022137", "50022138", "50022140"), "50022140"),
        **dict.fromkeys(("26T32601", "26M32601"), "26T32601"),
    }


@pytest.mark.parametrize(
    ("texte", "ligne", "mots"),
    [
        (f"{LAC}0010001A\n", 2, "« 0010001A » se remplace lui-même"),
        (f"{LAC}11111111100001\n", 2, "« 11111111100001 » se remplace lui-même"),
        (f"{LAC}0019999Z\n{MONT}0019999Z\n", 3, "« 0019999Z » est déjà remplacé par la ligne 2"),
        (f"{LAC}0010003C\n{MONT}11111111100003\n0010003C;11111111100003;C;CFA;;;;\n", 3,
         "« 11111111100003 » est déjà remplacé par la ligne 2"),
        (f"{LAC}0010002B\n{MONT}0010001A\n", 2, "« 0010001A » se remplace lui-même par d'autres"),
        (f"{LAC}l'ancien CFA\n", 2, "« l'ancien CFA » n'est pas une valeur de la colonne remplace"),
        (f"{LAC}0019999Z 2,22E+13\n", 2, "n'est pas une valeur de la colonne remplace"),
        (f"{LAC}222222222\n", 2, "« 222222222 » n'est pas une valeur de la colonne remplace"),
    ],
)  # fmt: skip
def test_a_succession_that_cannot_be_is_refused_with_its_line(load: Load, texte: str, ligne: int, mots: str) -> None:
    refus = refusal(load, {"etablissements.csv": ENTETE + texte})
    assert (refus.code_sortie, refus.ligne, Path(str(refus.ou)).name) == (3, ligne, "etablissements.csv")
    assert mots in refus.message


@pytest.mark.parametrize("remplace", ["50022140", "1022701", "CAP Cuisine", "5,00E+07"])
def test_a_succession_of_diplomas_that_cannot_be_is_refused(load: Load, remplace: str) -> None:
    texte = f"code_diplome;type_diplome;filiere;remplace\n50022137;CAP;X;\n50022140;CAP;Cuisine;{remplace}\n"
    refus = refusal(load, {"diplomes.csv": texte})
    assert (refus.code_sortie, refus.ligne, "(colonne remplace)" in refus.message or "colonne remplace" in refus.quoi) \
        == (3, 3, True)  # fmt: skip


def test_an_official_figure_of_no_establishment_is_told_with_its_line(load: Load) -> None:
    con, douteux = load(
        {
            "etablissements.csv": ENTETE + "0010001A;;CFA du Lac;CFA;;;;",
            "reperes_cfa.csv": "uai;annee;indicateur;valeur;source\n0010001A;2021;Part interrompue;24,5;InserJeunes\n"
            "0010002B;2021;Part interrompue;3;InserJeunes\n",
        }
    )
    assert rows(con, "select uai, valeur from ref.reperes_cfa order by uai") == [
        ("0010001A", Decimal("24.50")),
        ("0010002B", Decimal("3.00")),
    ]
    dits = [dit for dit in douteux if "reperes_cfa.csv:3, uai, absent d'etablissements.csv" in dit]
    assert len(dits) == 1


def test_words_of_a_type_that_no_diploma_has_are_told_and_two_types_have_not_the_same(load: Load) -> None:
    diplomes = "code_diplome;type_diplome;filiere\n50022137;INGENIEUR;X\n"
    mots = "type_diplome;libelle\nIngenieur;Ingénieur\n"
    con, douteux = load({"diplomes.csv": diplomes, "types_diplome.csv": f"{mots}MASTER;Master\n"})
    assert rows(con, "select * from ref.types_diplome") == [("INGENIEUR", "Ingénieur"), ("MASTER", "Master")]
    dit = "types_diplome.csv:3, type_diplome, absent de diplomes.csv : cette ligne n'est imprimée nulle part."
    assert [dit in un for un in douteux] == [True]
    refus = refusal(load, {"diplomes.csv": diplomes, "types_diplome.csv": f"{mots}MASTER;ingénieur\n"})
    assert (refus.code_sortie, refus.ligne, "(colonne libelle)" in refus.message) == (3, 3, True)
