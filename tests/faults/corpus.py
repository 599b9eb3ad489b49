"""Faults of real files and what becomes of each: the table that says what is read (2-inputs).

Where a row says nothing of a contract, the fault is not about one. The header is line 1 and the first row line 2
unless the fault moves them.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime

from tests.faults.maker import (
    ABSENTE,
    CHAMPS,
    DETRUITE,
    ECARTEE,
    FIN_AVANT_DEBUT,
    FORMULE,
    GUILLEMET,
    ILLISIBLE,
    INCONNU,
    NON_MONTRE,
    OBJET,
    RETABLI,
    SANS_IDENTITE,
    TEL_QUEL,
    Classeur,
    ErreurDeTableur,
    Faute,
    Formule,
    Ligne,
    Lu,
    Refus,
    apprenant,
    export,
    feuille,
    interface,
    ligne,
    objet,
    one_each,
)

DEUX_LIGNES = export(ligne(1), ligne(2))
ENTETE = DEUX_LIGNES.splitlines()[0]
VINGT_LIGNES = [ligne(rang) for rang in range(1, 21)]
SANS_UAI = "075202109NC###9;50022137;2021-09-01;2023-08-31;;A###9;"
OCTETS = DEUX_LIGNES.encode()


def with_tail(valeurs: Ligne) -> str:
    """A row with an empty field beyond its header."""
    return ";".join(valeurs.values()) + ";"


def doubled(texte: str) -> str:
    """A text written in UTF-8 and read as Windows-1252."""
    return "".join(bytes([o]).decode("latin-1" if o in b"\x81\x8d\x8f\x90\x9d" else "cp1252") for o in texte.encode())


def reordered(valeurs: Ligne) -> Ligne:
    """The same row, its columns in the opposite order."""
    return dict(reversed(valeurs.items()))


MOIS_JOUR = '[fichiers]\n"contrats/{fichier}" = {{ date_extraction = 2022-12-31, dates = "mois/jour" }}'

ENCODAGES = [
    Faute(
        "UTF-8",
        export(ligne(1, intituleouqualification="Pâtisserie, cœur à 5 €")),
        Lu(1, contrats=[{"intituleouqualification": "Pâtisserie, cœur à 5 €"}], fichier={"encodage": "utf-8"}),
    ),
    Faute("UTF-8 with BOM", DEUX_LIGNES, Lu(2, fichier={"encodage": "utf-8-sig"}), encodage="utf-8-sig"),
    Faute(
        "Windows-1252, bytes 80 to 9F included",
        export(ligne(1, intituleouqualification="L’œuvre à 5 €")),
        Lu(1, contrats=[{"intituleouqualification": "L’œuvre à 5 €"}], fichier={"encodage": "cp1252"}),
        encodage="cp1252",
    ),
    Faute(
        "UTF-8 with one byte of Windows-1252",
        export(ligne(1, statut="Annulé"), ligne(2, statut="Supprimé"), ligne(3)).encode()
        + export(ligne(4, statut="Annulé")).splitlines()[1].encode("cp1252")
        + b"\n",
        Lu(
            4,
            contrats=[{"statut": "Annulé"}, {"statut": "Supprimé"}, {"statut": None}, {"statut": "Annulé"}],
            fichier={"encodage": "utf-8, windows-1252", "octets_etrangers": 1, "ligne_etrangere": 5},
        ),
    ),
    Faute(
        "UTF-8 with its mark and several bytes of Windows-1252, undefined ones among them",
        b"\xef\xbb\xbf"
        + export(ligne(1, denomination="éèàçùê"), ligne(2, statut="Annulé")).encode()
        + export(ligne(3, denomination="DEN", statut="Annulé"))
        .splitlines()[1]
        .encode("cp1252")
        .replace(b"DEN", b"\x81\x92")
        + b"\n",
        Lu(
            3,
            contrats=[{}, {"statut": "Annulé"}, {"statut": "Annulé"}],
            fichier={"encodage": "utf-8, windows-1252", "octets_etrangers": 3, "ligne_etrangere": 4},
        ),
    ),
    Faute(
        "Windows-1252 with what could be two letters of UTF-8",
        export(ligne(1, statut="Annulé", denomination="Ã©"), ligne(2, statut="Supprimé")).encode("cp1252"),
        Lu(
            2,
            contrats=[{"statut": "Annulé"}, {"statut": "Supprimé"}],
            fichier={"encodage": "cp1252", "octets_etrangers": 0},
        ),
    ),
    Faute(
        "UTF-8 read as Windows-1252 and written again",
        export(
            ligne(1, statut="Supprimé", intituleouqualification="Pâtisserie"),
            ligne(2, statut=doubled("Annulé"), intituleouqualification=doubled("Pâtisserie, cœur à 5 €")),
            ligne(3, statut=doubled("Supprimé"), intituleouqualification=doubled("« L’Évêché » à Noël")),
        ),
        Lu(
            3,
            contrats=[
                {"statut": "Supprimé"},
                {"statut": "Annulé", "intituleouqualification": "Pâtisserie, cœur à 5 €"},
                {"statut": "Supprimé", "intituleouqualification": "« L’Évêché » à Noël"},
            ],
            fichier={"cellules_redecodees": 4, "ligne_redecodee": 3},
        ),
    ),
    Faute(
        "UTF-8 read as Windows-1252 and written again, twice and more",
        export(*one_each("statut", doubled(doubled("Annulé")), doubled(doubled(doubled("Supprimé"))))),
        Lu(
            2,
            contrats=[{"statut": "Annulé"}, {"statut": "Supprimé"}],
            fichier={"cellules_redecodees": 2, "ligne_redecodee": 2},
        ),
    ),
    Faute(
        "what does not come back whole stays as it is",
        export(*one_each("intituleouqualification", "Ã", doubled("été") + " à Noël", "Noël, l’été – 5 €")),
        Lu(
            3,
            contrats=[
                {"intituleouqualification": "Ã"},
                {"intituleouqualification": "Ã©tÃ© à Noël"},
                {"intituleouqualification": "Noël, l’été – 5 €"},
            ],
            fichier={"cellules_redecodees": 0, "ligne_redecodee": None},
        ),
    ),
    Faute(
        "headers that were UTF-8 read as Windows-1252",
        export(ligne(1, codediplome="50022137")).replace("codediplome", doubled("Code Diplôme")),
        Lu(1, contrats=[{"codediplome": "50022137"}], fichier={"cellules_redecodees": 1, "ligne_redecodee": 1}),
    ),
    Faute(
        "wordings of UTF-8 read as Windows-1252 are those of the referential",
        export(ligne(1, motifvalide=doubled("Départ volontaire"), dateeffetrupture=doubled("15 février 2022"))),
        Lu(
            1,
            contrats=[{"date_rupture": "2022-02-15", "motifvalide": "Départ volontaire"}],
            fichier={"cellules_redecodees": 2, "ligne_redecodee": 2},
        ),
    ),
    Faute(
        "UTF-16 little endian with BOM",
        "\ufeff" + export(ligne(1, intituleouqualification="Cœur")),
        Lu(1, contrats=[{"intituleouqualification": "Cœur"}], fichier={"encodage": "utf-16-le"}),
        encodage="utf-16-le",
    ),
    Faute(
        "UTF-16 big endian with BOM",
        "\ufeff" + export(ligne(1, intituleouqualification="Cœur")),
        Lu(1, contrats=[{"intituleouqualification": "Cœur"}], fichier={"encodage": "utf-16-be"}),
        encodage="utf-16-be",
    ),
    Faute(
        "UTF-16 as Excel writes it: tabs, CRLF",
        export(ligne(1), ligne(2), sep="\t", fin="\r\n"),
        Lu(2, fichier={"separateur": "\t"}),
        encodage="utf-16",
        fichier="f###_2022-12-31.txt",
    ),
    Faute(
        "UTF-16 without BOM",
        DEUX_LIGNES,
        Refus(('encodage = "utf-16-le"', "config.toml", "[fichiers]")),
        encodage="utf-16-le",
    ),
    Faute(
        "UTF-16 big endian without BOM",
        DEUX_LIGNES,
        Refus(('encodage = "utf-16-', "[fichiers]")),
        encodage="utf-16-be",
    ),
    Faute(
        "UTF-16 without BOM, said in config.toml",
        DEUX_LIGNES,
        Lu(2),
        encodage="utf-16-le",
        config='[fichiers]\n"contrats/{fichier}" = {{ date_extraction = 2022-12-31, encodage = "utf-16-le" }}',
    ),
    Faute(
        "an encoding that is none of these",
        OCTETS.replace(b"50022137", b"\x81\xff022137"),
        Refus(("l'encodage du fichier n'est ni UTF-8",)),
    ),
]

DIALECTES = [
    Faute("commas", export(ligne(1), ligne(2), sep=","), Lu(2, fichier={"separateur": ","})),
    Faute(
        "tabs", export(ligne(1), ligne(2), sep="\t"), Lu(2, fichier={"separateur": "\t"}), fichier="f###_2022-12-31.tsv"
    ),
    Faute("vertical bars", export(ligne(1), ligne(2), sep="|"), Lu(2, fichier={"separateur": "|"})),
    Faute("CRLF", export(ligne(1), ligne(2, codediplome=""), fin="\r\n"), Lu(2, [(3, "codediplome", "", ABSENTE)])),
    Faute("CR alone", export(ligne(1), ligne(2, codediplome=""), fin="\r"), Lu(2, [(3, "codediplome", "", ABSENTE)])),
    Faute("an extension in capitals", DEUX_LIGNES, Lu(2), fichier="F###_2022-12-31.CSV"),
    Faute(
        "sep=; above the header",
        "sep=;\r\n" + export(ligne(1), ligne(2, codediplome=""), fin="\r\n"),
        Lu(2, [(4, "codediplome", "", ABSENTE)]),
    ),
    Faute("sep=, above the header", "sep=,\n" + export(ligne(1), ligne(2), sep=","), Lu(2)),
    Faute(
        "title lines above the header",
        export(ligne(1), ligne(2, uaicfa=""), avant="Extraction DECA ; contrats\n\nau 31/12/2022\n"),
        Lu(2, [(6, "uaicfa", "", ABSENTE)]),
    ),
    Faute(
        "a title of three words that are headers too",
        export(ligne(1), ligne(2), avant="Nom;Siret;UAI CFA\nCFA du Lac;;0010001A\n\n"),
        Lu(2, fichier={"ligne_entete": 4}),
    ),
    Faute(
        "the line of the header is told",
        export(ligne(1), avant="Extraction DECA\n\n"),
        Lu(1, fichier={"ligne_entete": 3}),
    ),
    Faute(
        "headers with capitals, accents, spaces and underscores, in another order",
        "UAI_CFA;Code Diplôme;Date début contrat;DATE_FIN_CONTRAT;N°;Date effet rupture;No contrat;id alternant\n"
        "0010001A;50022137;01/09/2021;31/08/2023;x;;075202109NC###1;A###\n",
        Lu(1, contrats=[{"date_debut": "2021-09-01"}], fichier={"colonnes_ignorees": ["N°"]}),
    ),
    Faute(
        "a header broken over two lines in its cell",
        export(ligne(1), ligne(2, codediplome="")).replace("datedebutcontrat", '"date début\ncontrat"'),
        Lu(2, [(4, "codediplome", "", ABSENTE)]),
    ),
    Faute(
        "headers and values all in quotes",
        "\n".join('"' + texte.replace(";", '";"') + '"' for texte in DEUX_LIGNES.splitlines()) + "\n",
        Lu(2, contrats=[{"date_debut": "2021-09-01"}] * 2),
    ),
    Faute(
        "a quoted field with line breaks: the lines below keep their physical number",
        export(ligne(1, intituleouqualification='"CAP\nCuisine\nen un an"'), ligne(2, datefincontrat="")),
        Lu(2, [(5, "datefincontrat", "", ABSENTE)]),
    ),
    Faute(
        "a quoted field with CRLF line breaks in a CRLF file",
        export(ligne(1, intituleouqualification='"CAP\r\nCuisine"'), ligne(2, datefincontrat=""), fin="\r\n"),
        Lu(2, [(4, "datefincontrat", "", ABSENTE)]),
    ),
    Faute(
        "a quoted field with the delimiter and a doubled quote in it",
        export(ligne(1, intituleouqualification='"Cuisine ; dite ""du Lac"""')),
        Lu(1, contrats=[{"intituleouqualification": 'Cuisine ; dite "du Lac"'}]),
    ),
    Faute("unknown columns", export(ligne(1, commentaire="x")), Lu(1, fichier={"colonnes_ignorees": ["commentaire"]})),
    Faute(
        "two unknown columns of one name",
        export(ligne(1, note="x", autre="y")).replace("autre", "note"),
        Lu(1, fichier={"colonnes_ignorees": ["note", "note"]}),
    ),
    Faute(
        "another tool's header, said in config.toml",
        export(ligne(1)).replace("datedebutcontrat", "Début du contrat"),
        Lu(1, contrats=[{"date_debut": "2021-09-01"}]),
        config='[colonnes]\ndatedebutcontrat = "début du contrat"',
    ),
    Faute(
        "the delimiter said in config.toml",
        export(ligne(1), ligne(2), sep="|"),
        Lu(2, fichier={"separateur": "|"}),
        config='[fichiers]\n"{fichier}" = {{ date_extraction = 2022-12-31, separateur = "|" }}',
    ),
    Faute(
        "an extraction date said in config.toml",
        DEUX_LIGNES,
        Lu(2, fichier={"date_extraction": date(2022, 8, 31)}),
        fichier="f###.csv",
        config='[fichiers]\n"contrats/{fichier}" = 2022-08-31',
    ),
    Faute(
        "a table in [fichiers] without its date leaves that of the name",
        DEUX_LIGNES,
        Lu(2, fichier={"date_extraction": date(2022, 12, 31)}),
        config='[fichiers]\n"{fichier}" = {{ separateur = ";" }}',
    ),
]

DATES = [
    Faute(
        "every date shape, mixed in one column",
        export(
            ligne(1, dateeffetrupture="2022-01-15"),
            ligne(2, dateeffetrupture="15/01/2022"),
            ligne(3, dateeffetrupture="15/01/22"),
            ligne(4, dateeffetrupture="2022-01-15 00:00:00"),
            ligne(5, dateeffetrupture="44576"),
            ligne(6, dateeffetrupture="15/01/2022 00:00"),
        ),
        Lu(6, contrats=[{"date_rupture": "2022-01-15"}] * 6),
    ),
    Faute(
        "the date shapes of a file are told",
        export(
            ligne(1, dateeffetrupture="15/01/2022"),
            ligne(2, dateeffetrupture="15/01/22"),
            ligne(3, dateconclusion="44420"),
        ),
        Lu(3, fichier={"formes_dates": {"AAAA-MM-JJ", "JJ/MM/AAAA", "JJ/MM/AA", "nombre de tableur"}}),
    ),
    Faute(
        "dates without their zeros, with other separators and none",
        export(
            *one_each(
                "dateeffetrupture",
                "15/1/2022",
                "15.01.2022",
                "15-1-2022",
                "2022/01/15",
                "2022-1-15",
                "20220115",
                "15012022",
                "15-1-22",
                "15 / 01 / 2022",
            )
        ),
        Lu(9, contrats=[{"date_rupture": "2022-01-15"}] * 9),
    ),
    Faute(
        "months in letters, whole or not, with and without accents",
        export(
            *one_each(
                "dateeffetrupture",
                "1er février 2022",
                "1 fevr. 2022",
                "01-FÉVR-22",
                "1-fév-2022",
                "01 Février 2022",
                "1février 2022",
            )
        ),
        Lu(6, contrats=[{"date_rupture": "2022-02-01"}] * 6),
    ),
    Faute(
        "dates with a time: the day in Paris where an offset says it, the next one in the last minute of a day",
        export(
            *one_each(
                "dateeffetrupture",
                "2022-01-15 00:00:00+01:00",
                "2022-01-14T23:00:00Z",
                "2022-01-14T23:00:00.000+0000",
                "2022-01-15T10:15:30.123+01:00",
                "15/01/2022 08:30",
                "2022-01-14 23:59:16",
                "2022-01-15 20:00:00-03",
            ),
            ligne(8, dateeffetrupture="2022-07-14T22:00:00Z"),
        ),
        Lu(
            8,
            contrats=[
                *[{"date_rupture": "2022-01-15"}] * 6,
                {"date_rupture": "2022-01-16"},
                {"date_rupture": "2022-07-15"},
            ],
        ),
    ),
    Faute(
        "midnights of Paris stored in UTC, in every date of the file: the next day",
        export(
            ligne(
                1,
                datedebutcontrat="2021-08-31 22:00:00",
                datefincontrat="2023-08-30 22:00:00",
                dateeffetrupture="2022-01-14 23:00:00",
            ),
            ligne(
                2,
                datedebutcontrat="2021-08-31T22:00",
                datefincontrat="2023-08-30 22:00:00.000",
                dateeffetrupture="2022-01-15",
            ),
        ),
        Lu(
            2,
            contrats=[{"date_rupture": "2022-01-15", "date_debut": "2021-09-01", "date_fin_prevue": "2023-08-31"}] * 2,
            fichier={"minuits_utc": 5},
        ),
    ),
    Faute(
        "times of 22:00 among others: the day as it is written",
        export(
            ligne(
                1,
                datedebutcontrat="2021-08-31 22:00:00",
                datefincontrat="2023-08-30 22:00:00",
                dateeffetrupture="2022-01-14 23:00:00",
            ),
            ligne(2, dateeffetrupture="2022-01-14 08:00:00"),
        ),
        Lu(2, contrats=[{"date_rupture": "2022-01-14"}] * 2, fichier={"minuits_utc": 0}),
    ),
    Faute(
        "two times of 22:00 are too few",
        export(ligne(1, dateeffetrupture="2022-01-14 23:00:00", dateconclusion="2021-08-14 22:00:00")),
        Lu(1, contrats=[{"date_rupture": "2022-01-14"}], fichier={"minuits_utc": 0}),
    ),
    Faute(
        "the text of a formula for a value",
        export(
            ligne(1, dateeffetrupture="=DATE(2022;1;15)", statut="=B2", naf="=Feuil1!$B$2"),
            ligne(2, situation="=CONCATENER(A2;B2)", npecannuel="=SOMME(A1:A9)", siretemployeur='="00578812300015"'),
            ligne(3, datedebutcontrat="=+C2", situation="= 1re année"),
            sep="|",
        ),
        Lu(
            3,
            [(4, "datedebutcontrat", "", FORMULE)],
            [
                (2, "dateeffetrupture", "", FORMULE),
                (2, "naf", "", FORMULE),
                (2, "statut", "", FORMULE),
                (3, "npecannuel", "", FORMULE),
                (3, "situation", "", FORMULE),
            ],
            contrats=[{"date_rupture": None, "statut": None}, {"siretemployeur": "00578812300015", "situation": None}],
        ),
        encodage="utf-8",
    ),
    Faute(
        "the times of dates that are left out are counted",
        export(
            *one_each(
                "dateeffetrupture",
                "2022-01-15 08:30",
                "15/01/2022 18:30:10",
                "2022-01-15 00:00:00",
                "2022-01-15T0:00",
                "2022-01-14 23:59:16",
                "2022-01-15T10:00:00Z",
                "15/01/2022",
            )
        ),
        Lu(7, contrats=[{"date_rupture": "2022-01-15"}] * 7, fichier={"heures_laissees": 2}),
    ),
    Faute(
        "texts that are no day",
        export(
            *one_each("dateeffetrupture", "2022-01", "15/13/2022", "20221501", "30 fev 2022", "2022-01-15 25:00"),
        ),
        Lu(
            5,
            anomalies=[
                (2, "dateeffetrupture", "2022-01", ILLISIBLE),
                (3, "dateeffetrupture", "15/13/2022", ILLISIBLE),
                (4, "dateeffetrupture", "20221501", ILLISIBLE),
                (5, "dateeffetrupture", "", ILLISIBLE),
                (6, "dateeffetrupture", "2022-01-15 25:00", ILLISIBLE),
            ],
            contrats=[{"date_rupture": None}] * 5,
        ),
    ),
    Faute(
        "slashes are day first, always",
        export(ligne(1, dateeffetrupture="03/04/2022"), ligne(2, dateeffetrupture="01/15/2022")),
        Lu(
            2,
            anomalies=[(3, "dateeffetrupture", "01/15/2022", ILLISIBLE)],
            contrats=[{"date_rupture": "2022-04-03"}, {"date_rupture": None}],
        ),
    ),
    Faute(
        "month first, said in config.toml",
        export(
            ligne(1, dateeffetrupture="03/04/2022"),
            ligne(2, dateeffetrupture="01/15/2022"),
            ligne(3, dateeffetrupture="15/01/2022"),
            ligne(4, dateeffetrupture="2022-01-15"),
        ),
        Lu(
            4,
            anomalies=[(4, "dateeffetrupture", "15/01/2022", ILLISIBLE)],
            contrats=[
                {"date_rupture": "2022-03-04"},
                {"date_rupture": "2022-01-15"},
                {"date_rupture": None},
                {"date_rupture": "2022-01-15"},
            ],
        ),
        config=MOIS_JOUR,
    ),
    Faute(
        "month first is told",
        export(ligne(1, dateeffetrupture="01/15/2022")),
        Lu(1, fichier={"formes_dates": {"AAAA-MM-JJ", "MM/JJ/AAAA"}}),
        config=MOIS_JOUR,
    ),
    Faute(
        "births with a year of two digits: the latest century that makes the person 14 or more",
        export(
            ligne(1, datenaissance="15/03/04"),
            ligne(2, datenaissance="15/03/95"),
            ligne(3, datenaissance="01/09/07"),
            ligne(4, datenaissance="02/09/07"),
        ),
        Lu(
            4,
            anomalies=[(5, "datenaissance", "", ILLISIBLE)],
            contrats=[{"age_debut": "17"}, {"age_debut": "26"}, {"age_debut": "14"}, {"age_debut": None}],
        ),
    ),
    Faute(
        "births as spreadsheet numbers",
        export(ligne(1, datenaissance="38061")),
        Lu(1, contrats=[{"age_debut": "17"}]),
    ),
    Faute(
        "births of 1939 and 2016 are unreadable, 1940 and 2015 are not",
        export(
            ligne(1, datenaissance="31/12/1939"),
            ligne(2, datenaissance="2016-01-01"),
            ligne(3, datenaissance="1940-01-01"),
            ligne(4, datenaissance="31/12/2015"),
        ),
        Lu(
            4,
            anomalies=[(2, "datenaissance", "", ILLISIBLE), (3, "datenaissance", "", ILLISIBLE)],
            contrats=[{"age_debut": None}, {"age_debut": None}, {"age_debut": "81"}, {"age_debut": "5"}],
        ),
    ),
    Faute(
        "an unreadable birth with a name and no identifier: nobody is there",
        export(ligne(1), ligne(2, idalternant="", nom="Martin", prenom="Zoé", datenaissance="31/02/2004")),
        Lu(2, [(3, "idalternant", "", SANS_IDENTITE)]),
    ),
    Faute(
        "years before 2000 and after 2060",
        export(
            ligne(1, datedebutcontrat="1999-12-31"),
            ligne(2, datefincontrat="01/01/2061"),
            ligne(3, dateconclusion="1999-12-31"),
            ligne(4, dateconclusion="2000-01-01"),
            ligne(5, datefincontrat="2060-12-31"),
            ligne(6, dateconclusion="99999"),
        ),
        Lu(
            6,
            [(2, "datedebutcontrat", "", ILLISIBLE), (3, "datefincontrat", "01/01/2061", ILLISIBLE)],
            [(4, "dateconclusion", "", ILLISIBLE), (7, "dateconclusion", "99999", ILLISIBLE)],
            contrats=[
                {"dateconclusion": None},
                {"dateconclusion": "2000-01-01"},
                {"date_fin_prevue": "2060-12-31"},
                {"dateconclusion": None},
            ],
        ),
    ),
    Faute(
        "31 February, where it may be empty and where it may not",
        export(ligne(1, dateeffetrupture="31/02/2022"), ligne(2, datedebutcontrat="31/02/2021")),
        Lu(
            2,
            [(3, "datedebutcontrat", "31/02/2021", ILLISIBLE)],
            [(2, "dateeffetrupture", "31/02/2022", ILLISIBLE)],
            contrats=[{"date_rupture": None}],
        ),
    ),
    Faute(
        "29 February of a year that has none",
        export(ligne(1, dateeffetrupture="2022-02-29"), ligne(2, datefincontrat="2024-02-29")),
        Lu(2, anomalies=[(2, "dateeffetrupture", "2022-02-29", ILLISIBLE)]),
    ),
    Faute(
        "mistyped years",
        export(
            ligne(1, dateeffetrupture="2202-01-15"),
            ligne(2, datefincontrat="31/08/5025"),
            ligne(3, datedebutcontrat="0202-09-01"),
            ligne(4, dateeffetrupture="20220-01-15"),
            ligne(5, dateeffetrupture="0000-00-00"),
        ),
        Lu(
            5,
            [(3, "datefincontrat", "31/08/5025", ILLISIBLE), (4, "datedebutcontrat", "0202-09-01", ILLISIBLE)],
            [
                (2, "dateeffetrupture", "2202-01-15", ILLISIBLE),
                (5, "dateeffetrupture", "20220-01-15", ILLISIBLE),
                (6, "dateeffetrupture", "0000-00-00", ILLISIBLE),
            ],
        ),
    ),
    Faute(
        "a rupture before the start is kept: the contract never began",
        export(ligne(1, dateeffetrupture="2021-08-15")),
        Lu(1, contrats=[{"jamais_commence": "true", "date_rupture": "2021-08-15"}]),
    ),
    Faute(
        "an end before the start",
        export(ligne(1), ligne(2, datefincontrat="31/08/2021")),
        Lu(2, [(3, "datefincontrat", "31/08/2021", FIN_AVANT_DEBUT)]),
    ),
    Faute(
        "a contract of one day",
        export(ligne(1, datefincontrat="2021-09-01")),
        Lu(1, contrats=[{"date_fin_prevue": "2021-09-01"}]),
    ),
    Faute(
        "a contract of twenty years",
        export(ligne(1, datefincontrat="2041-08-31")),
        Lu(1, contrats=[{"date_fin_prevue": "2041-08-31"}]),
    ),
]

VALEURS = [
    Faute(
        "amounts with a decimal comma, thousands apart, a euro sign",
        export(
            ligne(1, npecannuel="7000,50"),
            ligne(2, npecannuel="7 000.50 €"),
            ligne(3, npecannuel="7\u202f000,5"),
            ligne(4, npecannuel="7\u00a0000,50"),
            ligne(5, npecannuel="voir OPCO"),
            ligne(6, npecannuel="-7000"),
        ),
        Lu(
            6,
            anomalies=[(6, "npecannuel", "", ILLISIBLE), (7, "npecannuel", "'-7000", ILLISIBLE)],
            contrats=[{"npecannuel": "7000.50"}] * 4 + [{"npecannuel": None}] * 2,
        ),
    ),
    Faute(
        "a decimal comma in a comma file, in quotes",
        export(ligne(1, npecannuel='"7000,50"'), sep=","),
        Lu(1, contrats=[{"npecannuel": "7000.50"}]),
    ),
    Faute(
        "whole numbers with decimals, and none",
        export(
            ligne(1, nombredesalaries="12,0"),
            ligne(2, nombredesalaries="1 200"),
            ligne(3, nombredesalaries="12,5"),
            ligne(4, nombredesalaries="environ 12"),
        ),
        Lu(
            4,
            anomalies=[
                (4, "nombredesalaries", "12,5", ILLISIBLE),
                (5, "nombredesalaries", "", ILLISIBLE),
            ],
            contrats=[
                {"nombredesalaries": "12"},
                {"nombredesalaries": "1200"},
                {"nombredesalaries": None},
                {"nombredesalaries": None},
            ],
        ),
    ),
    Faute(
        "true in each way",
        export(*one_each("rupture_avant_debut", "true", "VRAI", "Oui", "1")),
        Lu(4, contrats=[{"jamais_commence": "true"}] * 4),
    ),
    Faute(
        "false in each way, and neither",
        export(*one_each("rupture_avant_debut", "False", "faux", "non", "0", "", "peut-être")),
        Lu(
            6,
            anomalies=[(7, "rupture_avant_debut", "", ILLISIBLE)],
            contrats=[{"jamais_commence": "false"}] * 6,
        ),
    ),
    Faute(
        "statuses without case nor accents, and an unknown one",
        export(
            ligne(1, statut="ANNULE"), ligne(2, statut="supprimé"), ligne(3, statut="Corrige"), ligne(4, statut="?")
        ),
        Lu(
            4,
            anomalies=[(5, "statut", "", ILLISIBLE)],
            contrats=[{"statut": "Annulé"}, {"statut": "Supprimé"}, {"statut": "Corrigé"}, {"statut": None}],
        ),
    ),
    Faute(
        "sexes in each way, and an unknown one",
        export(*one_each("sexe", "H", "m", "1", "F", "2", "X")),
        Lu(
            6,
            anomalies=[(7, "sexe", "", ILLISIBLE)],
            contrats=[{"sexe": "H"}] * 3 + [{"sexe": "F"}] * 2 + [{"sexe": None}],
        ),
    ),
    Faute(
        "trailing, no-break and narrow spaces",
        export(
            ligne(1, codediplome=" 50022137\u00a0", uaicfa="\u202f0010001A ", dateeffetrupture="\u00a02022-01-15 "),
            ligne(2, nocontrat=" 075202109NC###2\u00a0", codediplome="500 22137"),
        ),
        Lu(
            2,
            contrats=[{"codediplome": "50022137", "uaicfa": "0010001A", "date_rupture": "2022-01-15"}] * 1
            + [{"codediplome": "50022137"}],
        ),
    ),
    Faute(
        "whatever tools leave around and inside a code",
        export(
            ligne(1, siret='"=""11111111100001"""', uaicfa="'0010001A", codediplome="500-221-37"),
            ligne(2, siret="11111111100001.0", uaicfa="0010001A\u200b", codediplome="50022137.0"),
            ligne(3, siret="111 111 111 00001", uaicfa="001-0001-A", codediplome="500.22137"),
            ligne(4, siret="111.111.111.00001", uaicfa="_x000D_0010001A_x000d_", codediplome="\ufeff50022137\x02"),
            ligne(5, siret="\u200e111-111-111-00001", uaicfa='"=""0010001a"""', codediplome="5002_x0001_2137"),
        ),
        Lu(
            5,
            contrats=[{"siret": "11111111100001", "uai": "0010001A", "codediplome": "50022137"}] * 5,
        ),
    ),
    Faute(
        "a dot before the zeros that a code ends with is no decimal point",
        export(
            ligne(1, siret="321.00000000000", codediplome="50.000000"),
            ligne(2, siret="3 210 000 000.0000", codediplome="50 000.000"),
            ligne(3, siret="32100000000000.0", codediplome="50000000.00"),
            ligne(4, siret="32100000000000.000", codediplome="50000000"),
        ),
        Lu(4, contrats=[{"siret": "32100000000000", "codediplome": "50000000"}] * 4),
    ),
    Faute(
        "a day and its time, whatever Excel could not write between them",
        export(
            ligne(1, dateeffetrupture="2022-01-15_x000A_T00:00:00.000", datedebutcontrat="2021-09-01 T00:00:00"),
            ligne(2, dateeffetrupture="2022-01-15 T 00:00", datedebutcontrat="2021-09-01_x000D_ 00:00"),
            ligne(3, dateeffetrupture="15/01/2022_x000a_00:00:00", datedebutcontrat="2021-09-01T00:00:00"),
        ),
        Lu(3, contrats=[{"date_rupture": "2022-01-15", "date_debut": "2021-09-01"}] * 3),
    ),
    Faute(
        "contract numbers with dashes, dots, spaces and .0 are one contract",
        export(
            ligne(1, nocontrat="077202109010001", idalternant="A###"),
            ligne(2, nocontrat="077-2021-09-01-0001", idalternant="A###"),
            ligne(3, nocontrat="077 2021 09 01 0001", idalternant="A###"),
            ligne(4, nocontrat="077202109010001.0", idalternant="A###"),
            ligne(5, nocontrat='"=""077202109010001"""', idalternant="A###"),
        ),
        Lu(5, doublons=4, contrats=[{"nocontrat": "077202109010001"}]),
    ),
    Faute(
        "wordings of closed lists: any gender and number, the words of the OPCO, O and N, a label after its code",
        export(
            ligne(1, statut="Annulée", typecontrat="11 - Premier contrat"),
            ligne(2, statut="ANNULATION", typecontrat="11"),
            ligne(3, statut="Suppression", typecontrat="011"),
            ligne(4, statut="REFUSE", typecontrat="11.0"),
            ligne(5, statut="Rompues", sexe="Femme"),
            ligne(6, statut="Rupture", sexe="masculin"),
            ligne(7, statut="corrigés", rupture_avant_debut="N"),
            ligne(8, statut="", rupture_avant_debut="O"),
        ),
        Lu(
            8,
            contrats=[
                {"statut": "Annulé"},
                {"statut": "Annulé"},
                {"statut": "Supprimé"},
                {"statut": "Annulé"},
                {"statut": "Rompu", "sexe": "F"},
                {"statut": "Rompu", "sexe": "H"},
                {"statut": "Corrigé", "jamais_commence": "false"},
                {"statut": None, "jamais_commence": "true"},
            ],
        ),
    ),
    Faute(
        "types of contract that are none",
        export(ligne(1, typecontrat="99"), ligne(2, typecontrat="Avenant"), ligne(3, typecontrat="3")),
        Lu(
            3,
            anomalies=[
                (2, "typecontrat", "99", ILLISIBLE),
                (3, "typecontrat", "", ILLISIBLE),
                (4, "typecontrat", "3", ILLISIBLE),
            ],
            contrats=[{}, {}, {}],
        ),
    ),
    Faute(
        "amounts with the noise of a computation, dots or commas between thousands",
        export(
            *one_each(
                "npecannuel",
                "6999.600000000001",
                "6999.5999999999995",
                "6.999,60",
                "6,999.60",
                "6 999,60 EUR",
                "6'999.60 €",
            ),
            ligne(7, npecannuel="7.000"),
            ligne(8, npecannuel="6999.605"),
        ),
        Lu(
            8,
            anomalies=[(9, "npecannuel", "6999.605", ILLISIBLE)],
            contrats=[*[{"npecannuel": "6999.60"}] * 6, {"npecannuel": "7000.00"}, {"npecannuel": None}],
        ),
    ),
    Faute(
        "every mark of emptiness, zeros for an identifier, and names that look like one",
        export(
            *(
                ligne(rang, dateeffetrupture=vide, siret=zero)
                for rang, (vide, zero) in enumerate(
                    [
                        ("null", "0"),
                        ("#N/A", "00000000000000"),
                        ("nan", "None"),
                        ("NaN", ""),
                        ("\\N", "(vide)"),
                        ("--", "—"),
                    ],
                    1,
                )
            ),
            ligne(7, idalternant="0", nom="Na", prenom="Null", datenaissance="2004-03-02"),
            ligne(8, idalternant="null", nom="--", prenom="Léa", datenaissance="2004-03-02"),
        ),
        Lu(
            8,
            [(9, "idalternant", "", SANS_IDENTITE)],
            contrats=[{"date_rupture": None, "siret": None}] * 6 + [{}],
        ),
    ),
    Faute(
        "NULL, NA, N/A and - for an empty cell",
        export(
            ligne(1, dateeffetrupture="NULL", siret="-"),
            ligne(2, dateeffetrupture="NA", npecannuel="N/A"),
            ligne(3, codediplome="NULL"),
            ligne(4, uaicfa="-"),
            ligne(5, datefincontrat="NA"),
            ligne(6, idalternant="NULL"),
        ),
        Lu(
            6,
            [
                (4, "codediplome", "", ABSENTE),
                (5, "uaicfa", "", ABSENTE),
                (6, "datefincontrat", "", ABSENTE),
                (7, "idalternant", "", SANS_IDENTITE),
            ],
            contrats=[{"date_rupture": None, "siret": None}, {"date_rupture": None, "npecannuel": None}],
        ),
    ),
    Faute(
        "codes in lower case",
        export(ligne(1, nocontrat="075202109nc###1", uaicfa="0010001a", naf="4332a")),
        Lu(1, contrats=[{"uaicfa": "0010001A", "naf": "4332A"}]),
    ),
    Faute(
        "a contract number of another shape",
        export(ligne(1, nocontrat="CT-###")),
        Lu(1, contrats=[{"cle_de_secours": "false"}]),
    ),
    Faute(
        "no contract number: the fallback key",
        export(ligne(1, nocontrat=""), ligne(2, nocontrat="NULL")),
        Lu(2, contrats=[{"nocontrat": None, "cle_de_secours": "true"}] * 2),
    ),
    Faute(
        "neither identifier nor name",
        export(ligne(1), ligne(2, idalternant="", nom="Martin", prenom="Zoé")),
        Lu(2, [(3, "idalternant", "", SANS_IDENTITE)]),
    ),
    Faute(
        "a row with two faults is rejected once, for the first",
        export(ligne(1), ligne(2, codediplome="", datedebutcontrat="31/02/2021", sexe="X")),
        Lu(2, [(3, "datedebutcontrat", "31/02/2021", ILLISIBLE)]),
    ),
    Faute(
        "a row with two unreadable values has two lines in the anomalies",
        export(ligne(1, sexe="X", npecannuel="12..5")),
        Lu(1, anomalies=[(2, "npecannuel", "12..5", ILLISIBLE), (2, "sexe", "", ILLISIBLE)]),
    ),
    Faute(
        "unreadable personal values are not shown",
        export(ligne(1, datenaissance="mars 2004")),
        Lu(1, anomalies=[(2, "datenaissance", "", ILLISIBLE)]),
    ),
]

TABLEUR = [
    Faute(
        "UAI without its zero, proved by its letter",
        export(ligne(1, uaicfa="771654E"), ligne(2, uaicfa="10001W"), ligne(3, uaicfa="771654e")),
        Lu(
            3,
            anomalies=[
                (2, "uaicfa", "771654E", RETABLI),
                (3, "uaicfa", "10001W", RETABLI),
                (4, "uaicfa", "771654e", RETABLI),
            ],
            contrats=[{"uaicfa": "0771654E"}, {"uaicfa": "0010001W"}, {"uaicfa": "0771654E"}],
        ),
    ),
    Faute(
        "UAI without its zero that its letter does not prove",
        export(ligne(1, uaicfa="771654A")),
        Lu(1, anomalies=[(2, "uaicfa", "771654A", TEL_QUEL)], contrats=[{"uaicfa": "771654A"}]),
    ),
    Faute(
        "UAI of eight characters are left alone, whatever their letter",
        export(ligne(1, uaicfa="0771654A")),
        Lu(1, contrats=[{"uaicfa": "0771654A"}]),
    ),
    Faute(
        "SIRET without their zeros, proved by Luhn",
        export(
            ligne(1, siret="578812300015", siretcfa="5542118600010", siretemployeur="321754200012"),
            ligne(2, siret="00578812300015"),
        ),
        Lu(
            2,
            anomalies=[
                (2, "siret", "578812300015", RETABLI),
                (2, "siretcfa", "5542118600010", RETABLI),
                (2, "siretemployeur", "321754200012", RETABLI),
            ],
            contrats=[
                {"siret": "00578812300015", "siretcfa": "05542118600010", "siretemployeur": "00321754200012"},
                {"siret": "00578812300015"},
            ],
        ),
    ),
    Faute(
        "below twelve figures a SIRET may be a SIREN or something else: left alone",
        export(ligne(1, siret="83214500023", siretcfa="552100554", siretemployeur="5788123")),
        Lu(1, contrats=[{"siret": "83214500023", "siretcfa": "552100554", "siretemployeur": "5788123"}]),
    ),
    Faute(
        "SIRET without its zero that Luhn does not prove",
        export(ligne(1, siret="5788123000016")),
        Lu(1, anomalies=[(2, "siret", "5788123000016", TEL_QUEL)], contrats=[{"siret": "5788123000016"}]),
    ),
    Faute(
        "CFD without its zero, proved by the referential",
        export(ligne(1, codediplome="1022701")),
        Lu(1, anomalies=[(2, "codediplome", "1022701", RETABLI)], contrats=[{"codediplome": "01022701"}]),
    ),
    Faute(
        "CFD without its zero that the referential does not know",
        export(ligne(1, codediplome="1022799")),
        Lu(1, anomalies=[(2, "codediplome", "1022799", TEL_QUEL)], contrats=[{"codediplome": "1022799"}]),
    ),
    Faute(
        "postal codes without their zero: the department is right, the code not shown",
        export(ligne(1, adressecodepostal="1000", employeurcodepostal="6200"), ligne(2, adressecodepostal="97410")),
        Lu(
            2,
            anomalies=[(2, "adressecodepostal", "", RETABLI), (2, "employeurcodepostal", "", RETABLI)],
            contrats=[
                {"departement_apprenti": "01", "departement_employeur": "06"},
                {"departement_apprenti": "974"},
            ],
        ),
    ),
    Faute(
        "contract numbers without their zeros, proved by their shape",
        export(
            ligne(1, nocontrat="75202109NC###1"),
            ligne(2, nocontrat="1202109NC###2"),
            ligne(3, nocontrat="2A20210912###3"),
        ),
        Lu(
            3,
            anomalies=[
                (2, "nocontrat", "75202109NC###1", RETABLI),
                (3, "nocontrat", "1202109NC###2", RETABLI),
                (4, "nocontrat", "2A20210912###3", RETABLI),
            ],
            contrats=[
                {"nocontrat": "001202109NC###2"},
                {"nocontrat": "02A20210912###3"},
                {"nocontrat": "075202109NC###1"},
            ],
        ),
    ),
    Faute(
        "a contract number too short that has no known department",
        export(ligne(1, nocontrat="99202109NC###1")),
        Lu(
            1,
            anomalies=[(2, "nocontrat", "99202109NC###1", TEL_QUEL)],
            contrats=[{"nocontrat": "99202109NC###1", "cle_de_secours": "false"}],
        ),
    ),
    Faute(
        "a delivery with its zeros and one without are one contract",
        export(ligne(1), ligne(1, nocontrat="75202109NC###1")),
        Lu(
            2,
            anomalies=[(3, "nocontrat", "75202109NC###1", RETABLI)],
            doublons=1,
            contrats=[{"nocontrat": "075202109NC###1"}],
        ),
    ),
    Faute(
        "1,32E+13 where a value is required",
        export(ligne(1), ligne(2, codediplome="1,32E+13"), ligne(3, uaicfa="1,32E+13")),
        Lu(3, [(3, "codediplome", "1,32E+13", DETRUITE), (4, "uaicfa", "1,32E+13", DETRUITE)]),
    ),
    Faute(
        "1,32E+13 where a value may be empty",
        export(ligne(1, siret="1,32E+13"), ligne(2, siretemployeur="1.32e+13")),
        Lu(
            2,
            anomalies=[(2, "siret", "1,32E+13", DETRUITE), (3, "siretemployeur", "1.32e+13", DETRUITE)],
            contrats=[{"siret": None}, {"siretemployeur": None}],
        ),
    ),
    Faute(
        "1,32E+13 for a contract number: two contracts, not one",
        export(ligne(1, nocontrat="1,32E+13"), ligne(2, nocontrat="1,32E+13")),
        Lu(
            2,
            anomalies=[(2, "nocontrat", "1,32E+13", DETRUITE), (3, "nocontrat", "1,32E+13", DETRUITE)],
            contrats=[{"nocontrat": None, "cle_de_secours": "true"}] * 2,
        ),
    ),
    Faute(
        "1,32E+13 for the only identifier: nobody is there",
        export(ligne(1), ligne(2, idalternant="1,32E+13")),
        Lu(2, [(3, "idalternant", "", SANS_IDENTITE)]),
    ),
    Faute(
        "letters that only look like a number in powers of ten",
        export(ligne(1, naf="4332E", intituleouqualification="1,32E+13")),
        Lu(1, contrats=[{"naf": "4332E", "intituleouqualification": "1,32E+13"}]),
    ),
]

LIGNES = [
    Faute("repeated rows", export(ligne(1), ligne(2), ligne(1), ligne(1)), Lu(4, doublons=2, contrats=[{}, {}])),
    Faute(
        "rows equal but for an unknown column are repeated rows",
        export(ligne(1, note="a"), ligne(1, note="b")),
        Lu(2, doublons=1, contrats=[{}]),
    ),
    Faute("lines whose fields are all empty", export(ligne(1), ";;;;;;", "", "   ", " ; ;\u00a0", ligne(2)), Lu(2)),
    Faute(
        "a vertical tab and a line separator in rows with a delimiter too many: they end no line",
        export(
            ligne(1, intituleouqualification="CAP"),
            ligne(2, intituleouqualification="CAP\x0bCuisine\u2028en un an"),
            ";".join(ligne(3, intituleouqualification="CAP\x0bCuisine\u2028en un an").values()) + ";",
        ),
        Lu(3, [(4, "n_champs", "", CHAMPS)]),
    ),
    Faute(
        "a short row and a long one",
        export(ligne(1), "075202109NC###2;50022137;0010001A", "a;b;c;d;e;f;g;h", ligne(4)),
        Lu(4, [(3, "n_champs", "", CHAMPS), (4, "n_champs", "", CHAMPS)]),
    ),
    Faute(
        "a row shifted by one field, and one that a quote broke: no cell of theirs is kept",
        export(
            ligne(1),
            "Martin;" + ";".join(ligne(2).values()),
            ";".join(ligne(3, codediplome='"Zoé Martin').values()),
            ligne(4),
        ),
        Lu(4, [(3, "n_champs", "", CHAMPS), (4, "guillemets", "", GUILLEMET)], contrats=[{}, {}]),
    ),
    Faute(
        "a row with empty fields beyond the header",
        export(ligne(1), ligne(2), ligne(3)).replace("A###2", "A###2;; "),
        Lu(3, [(3, "n_champs", "", CHAMPS)]),
    ),
    Faute(
        "a bare delimiter in a label, the last field empty: the row is shifted",
        export(
            ligne(1, intituleouqualification="CAP Cuisine", situation="CAP 1re année"),
            *(ligne(rang, intituleouqualification="CAP ; Cuisine", situation="") for rang in range(2, 5)),
            ligne(5, intituleouqualification="CAP Cuisine", situation=""),
        ),
        Lu(5, [(rang, "n_champs", "", CHAMPS) for rang in (3, 4, 5)], contrats=[{}, {"situation": None}]),
    ),
    Faute(
        "a bare delimiter in quotes is none",
        export(ligne(1, situation=""), ligne(2, codediplome='"50022137"', situation='"CAP ; 1re année"')),
        Lu(2, contrats=[{}, {"situation": "CAP ; 1re année"}]),
    ),
    Faute(
        "empty fields beyond the header in nearly all rows, the header's line without them",
        export(*map(with_tail, VINGT_LIGNES), ligne(21)),
        Lu(21, contrats=[{}] * 21),
    ),
    Faute(
        "where nearly all rows have a tail, a row longer still, and a row with a field missing",
        "\n".join([ENTETE, *map(with_tail, VINGT_LIGNES * 2), with_tail(ligne(21)) + ";", SANS_UAI]) + "\n",
        Lu(42, [(42, "n_champs", "", CHAMPS), (43, "n_champs", "", CHAMPS)], doublons=20),
    ),
    Faute(
        "a tail that most rows have, not nearly all",
        export(ligne(1), ligne(2), *map(with_tail, VINGT_LIGNES[2:])),
        Lu(20, [(rang, "n_champs", "", CHAMPS) for rang in range(4, 22)]),
    ),
    Faute(
        "a column without a header, filled here and there",
        export(ligne(1), *(with_tail(v) + ("x" if rang > 17 else "") for rang, v in enumerate(VINGT_LIGNES[1:]))),
        Lu(20, [(21, "n_champs", "", CHAMPS)]),
    ),
    Faute(
        "a header that ends with delimiters",
        "\n".join(texte + ";;" for texte in DEUX_LIGNES.splitlines()) + "\n",
        Lu(2),
    ),
    Faute(
        "a header that ends with delimiters, some rows without them",
        "\n".join([ENTETE + ";;", *DEUX_LIGNES.splitlines()[1:], with_tail(ligne(3)), with_tail(ligne(4)) + ";"])
        + "\n",
        Lu(4, [(4, "n_champs", "", CHAMPS)]),
    ),
    Faute(
        "lines of delimiters only are no rows, however many they are",
        export(ligne(1), ";;;;;;;;;", ligne(2), ";" * 6, ";" * 7, ";"),
        Lu(2),
    ),
    Faute(
        "NUL bytes in the values",
        export(ligne(1, codediplome="50022\x00137", dateeffetrupture="2022-01-15\x00")).encode(),
        Lu(1, contrats=[{"codediplome": "50022137", "date_rupture": "2022-01-15"}]),
    ),
    Faute("a block of NUL bytes at the end", OCTETS + b"\x00" * 300, Lu(2)),
    Faute("a last line without line break, whole", export(ligne(1), ligne(2), dernier_saut=False), Lu(2)),
    Faute("a truncated last line", export(ligne(1), ligne(2))[:-40], Refus(("la dernière ligne est coupée",), 3)),
    Faute(
        "a truncated last line below quoted line breaks",
        export(ligne(1, intituleouqualification='"CAP\nCuisine"'), "075202109NC###2;500", dernier_saut=False),
        Refus(("la dernière ligne est coupée",), 4),
    ),
    Faute("an empty file", b"", Refus(("fichier vide",))),
    Faute("a file of blanks", b"\r\n \r\n\x00\r\n", Refus(("fichier vide",))),
    Faute("a file with its header only", ENTETE + "\n", Lu(0, contrats=[])),
    Faute("a file with its header only, without line break", ENTETE, Lu(0, contrats=[])),
]

TOTAUX = [
    Faute(
        "a totals line with the right number of rows",
        export(ligne(1), ligne(2, codediplome=""), "Total;2"),
        Lu(2, [(3, "codediplome", "", ABSENTE)], fichier={"total_annonce": 2}),
    ),
    Faute(
        "a totals line as wide as the header, blank lines below",
        export(ligne(1), ligne(2), " TÔTAL général : 2 ;;;;;;", ";;;;;;", ""),
        Lu(2, fichier={"total_annonce": 2}),
    ),
    Faute(
        "a number of contracts at the end",
        export(ligne(1), "Nombre de contrats;1;;;;;"),
        Lu(1, fichier={"total_annonce": 1}),
    ),
    Faute("a number of rows at the end", export(ligne(1), "NOMBRE DE LIGNES : 1"), Lu(1, fichier={"total_annonce": 1})),
    Faute(
        "a number of rows between parentheses",
        export(ligne(1), ligne(2), "(2 rows)"),
        Lu(2, fichier={"total_annonce": 2}),
    ),
    Faute(
        "a number of rows without line break",
        export(ligne(1), "1 enregistrement sélectionné", dernier_saut=False),
        Lu(1, fichier={"total_annonce": 1}),
    ),
    Faute("a number of rows that is wrong", export(ligne(1), ligne(2), "(3 rows)"), Refus(("annonce 3 lignes",), 4)),
    Faute("a final ^Z on its line", export(ligne(1), ligne(2)) + "\x1a", Lu(2, contrats=[{}, {}])),
    Faute(
        "a final ^Z after the last field",
        export(ligne(1), ligne(2), dernier_saut=False) + "\x1a",
        Lu(2, contrats=[{}, {}]),
    ),
    Faute(
        "a final ^Z and blanks below a total",
        export(ligne(1), "Total;1") + "\x1a\r\n",
        Lu(1, fichier={"total_annonce": 1}),
    ),
    Faute(
        "a totals line without a number",
        export(ligne(1), "Total;;;;;;"),
        Lu(1, fichier={"total_annonce": None}),
    ),
    Faute(
        "a totals line that announces more rows",
        export(ligne(1), ligne(2), ligne(3), "Total;4"),
        Refus(("annonce 4 lignes et en contient 3",), 5),
    ),
    Faute(
        "a totals line whose number stands under a date",
        export(ligne(1), ligne(2), "Total;;;5;;;"),
        Refus(("annonce 5 lignes et en contient 2",), 4),
    ),
    Faute(
        "a totals line that announces fewer rows",
        export(ligne(1), ligne(2), "Total 1;;;;;;"),
        Refus(("annonce 1 ligne et en contient 2",), 4),
    ),
    Faute(
        "a totals line with the right sum of a column",
        export(
            ligne(1, npecannuel="7000,50"), ligne(2, npecannuel="?"), ligne(3, npecannuel="500"), "Total;;;;;;;7 500,50"
        ),
        Lu(3, anomalies=[(3, "npecannuel", "", ILLISIBLE)], fichier={"total_annonce": None}),
    ),
    Faute(
        "a totals line with both",
        export(ligne(1, nombredesalaries="3"), ligne(2, nombredesalaries="4"), "Total;2;;;;;;7"),
        Lu(2, fichier={"total_annonce": 2}),
    ),
    Faute(
        "a totals line with a wrong sum",
        export(ligne(1, npecannuel="7000"), ligne(2, npecannuel="500"), "Total;;;;;;;7000"),
        Refus(("npecannuel",), 4),
    ),
    Faute(
        "a contract whose number begins like a total is a contract",
        export(ligne(1), ligne(2, nocontrat="TOTAL###")),
        Lu(2, contrats=[{}, {"nocontrat": "TOTAL###"}]),
    ),
    *(
        Faute(
            f"a last line that begins with the name {nom} is a row",
            export(ligne(1), f"{nom};;;;;;"),
            Lu(2, [(3, "datedebutcontrat", "", ABSENTE)]),
        )
        for nom in ("Totalini", "TOTALDO", "Totauxand", "Totale")
    ),
    *(
        Faute(f"a totals line that says {dit}", export(ligne(1), f"{dit};;;;;;"), Lu(1, fichier={"total_annonce": 1}))
        for dit in (
            "Totaux : 1",
            "Total des lignes 1",
            "TOTAL CONTRATS=1",
            "Total généraux (1)",
            "total_lignes 1",
            "Total: 1",
        )
    ),
    Faute(
        "a totals line that is not the last is a row",
        export(ligne(1), "Total;1;;;;;", ligne(2)),
        Lu(3, [(3, "datedebutcontrat", "", ABSENTE)]),
    ),
]

GUILLEMETS = [
    Faute(
        "a quote that is never closed: its line is rejected, the next ones are read",
        export(ligne(1), ligne(2, idalternant='"A###2'), ligne(3), ligne(4, datefincontrat="")),
        Lu(
            4,
            [(3, "guillemets", "", GUILLEMET), (5, "datefincontrat", "", ABSENTE)],
            contrats=[{"nocontrat": "075202109NC###1"}, {"nocontrat": "075202109NC###3"}],
        ),
    ),
    Faute(
        "a quote that is never closed, then a quoted field below",
        export(ligne(1), ligne(2, codediplome='"50022137'), ligne(3), ligne(4, uaicfa='"0010001A"')),
        Lu(4, [(3, "guillemets", "", GUILLEMET)], contrats=[{}, {}, {"nocontrat": "075202109NC###4"}]),
    ),
    Faute(
        "a quote closed in the middle of a field",
        export(ligne(1), ligne(2, codediplome='"5002"2137'), ligne(3)),
        Lu(3, [(3, "guillemets", "", GUILLEMET)], contrats=[{}, {"nocontrat": "075202109NC###3"}]),
    ),
    Faute(
        "stray quotes on two lines that follow each other",
        export(ligne(1), ligne(2, codediplome='"50022137'), ligne(3, codediplome='"5002"2137'), ligne(4)),
        Lu(4, [(3, "guillemets", "", GUILLEMET), (4, "guillemets", "", GUILLEMET)], contrats=[{}, {}]),
    ),
    Faute(
        "a quote in the middle of an unquoted field is kept as it is",
        export(ligne(1, intituleouqualification='CAP "Cuisine" 1"'), ligne(2)),
        Lu(2, contrats=[{"intituleouqualification": 'CAP "Cuisine" 1"'}, {}]),
    ),
    Faute(
        "quotes around words, where nothing else is quoted: the text as it is written",
        export(
            ligne(1, intituleouqualification='"Cuisine" CAP'),
            ligne(2, intituleouqualification='"CAP" et "BP"'),
            ligne(3, intituleouqualification='"CAP", option « froid »', denomination='"Le Toit" SARL'),
            ligne(4),
        ),
        Lu(
            4,
            contrats=[
                {"intituleouqualification": '"Cuisine" CAP'},
                {"intituleouqualification": '"CAP" et "BP"'},
                {"intituleouqualification": '"CAP", option « froid »'},
                {},
            ],
            fichier={"lignes_litterales": 3, "ligne_litterale": 2},
        ),
    ),
    Faute(
        "quotes around words beside fields in quotes",
        export(
            ligne(1, intituleouqualification='"Cuisine" CAP', uaicfa='"0010001A"'),
            ligne(2, intituleouqualification='"Garage "Le Toit" et fils"', uaicfa='"0010001A"'),
            ligne(3, intituleouqualification='"Cuisine" ou "Froid"', uaicfa='"0010001A"'),
        ),
        Lu(
            3,
            [(3, "guillemets", "", GUILLEMET), (4, "guillemets", "", GUILLEMET)],
            contrats=[{"intituleouqualification": '"Cuisine" CAP'}],
            fichier={"lignes_litterales": 1, "ligne_litterale": 2},
        ),
    ),
    Faute(
        "quotes around words in a row of another width",
        export(ligne(1), with_tail(ligne(2, idalternant='"A" ###2')) + "x", ligne(3)),
        Lu(3, [(3, "guillemets", "", GUILLEMET)], contrats=[{}, {}]),
    ),
    Faute(
        "a quote that is never closed, and another far below in the same column: nothing between is swallowed",
        export(
            ligne(1, intituleouqualification="CAP"),
            ligne(2, intituleouqualification='"Le Toit'),
            ligne(3, intituleouqualification="BP"),
            ligne(4, intituleouqualification='Le Toit"'),
        ),
        Lu(
            4,
            [(3, "guillemets", "", GUILLEMET)],
            contrats=[{}, {"intituleouqualification": "BP"}, {"intituleouqualification": 'Le Toit"'}],
        ),
    ),
    Faute(
        "a long field in quotes and one without",
        export(
            ligne(1, note='"' + "x\n" * 100_000 + '"'),
            ligne(2, note="y" * 200_000),
            ligne(3, note="z"),
            ligne(4) | {"b": ""},
        ),
        Lu(4, contrats=[{}] * 4),
    ),
    Faute(
        "a long field in a row one field too long",
        export(ligne(1, note="z"), ligne(2, note="y" * 200_000 + ";")),
        Lu(2, [(3, "n_champs", "", CHAMPS)], contrats=[{}]),
    ),
    Faute(
        "a line longer than any should be",
        export(ligne(1, note="z"), ligne(2, note="y" * 2_200_000 + ' "')),
        Refus(("cette ligne a plus de 2 millions de caractères",), 3),
    ),
    Faute(
        "a quote that is never closed, far from the end of a long file",
        export(
            ligne(1, codediplome='"50022137'),
            *(f"075202109NC###{rang};50022137;0010001A;2021-09-01;2023-08-31;;A{rang}###" for rang in range(200, 700)),
        ),
        Lu(501, [(2, "guillemets", "", GUILLEMET)]),
    ),
    Faute(
        "a quote that is never closed on a last line cut short",
        export(ligne(1), '075202109NC###2;50022137;"0010', dernier_saut=False),
        Refus(("la dernière ligne est coupée",), 3),
    ),
    Faute(
        "a quote that is never closed on the last line, with its line break",
        export(ligne(1), ligne(2, idalternant='"A###2')),
        Lu(2, [(3, "guillemets", "", GUILLEMET)], contrats=[{}]),
    ),
]

COLLES = [
    Faute(
        "a row too short, a line break and another delimiter in its quotes",
        export(ligne(1), '075202109NC0011;"CAP ""C""\nen , un an"', ligne(2)),
        Lu(3, [(3, "n_champs", "", CHAMPS)], contrats=[{}, {}]),
    ),
    Faute(
        "two exports glued together, the columns of the second in another order",
        export(ligne(1), ligne(2, dateeffetrupture="2022-01-15"))
        + export(reordered(ligne(3, dateeffetrupture="2022-01-16")), reordered(ligne(4, datefincontrat=""))),
        Lu(
            4,
            [(6, "datefincontrat", "", ABSENTE)],
            contrats=[{}, {"date_rupture": "2022-01-15"}, {"date_rupture": "2022-01-16"}],
        ),
    ),
    Faute(
        "three exports glued together under one header",
        export(ligne(1)) + export(ligne(2)) + export(ligne(3, uaicfa="")),
        Lu(3, [(6, "uaicfa", "", ABSENTE)], contrats=[{}, {}]),
    ),
    Faute(
        "two exports glued together, the second with other columns, one unknown",
        export(ligne(1, note="x", statut="Annulé"))
        + export(reordered(ligne(2, remarque="y", npecannuel="7000", denomination="SARL", note="x"))),
        Lu(
            2,
            contrats=[{"statut": "Annulé"}, {"npecannuel": "7000.00"}],
            fichier={"colonnes_ignorees": ["note", "remarque"]},
        ),
    ),
    Faute(
        "two exports glued together, the second with fewer columns than the first",
        export(ligne(1, statut="Annulé", npecannuel="7000"))
        + export(ligne(2), reordered(ligne(3)), dernier_saut=False),
        Lu(3, contrats=[{"statut": "Annulé"}, {}, {}]),
    ),
    Faute(
        "two exports glued together, the second with a longer header written otherwise",
        export(ligne(1))
        + export(ligne(2, statut="Annulé")).replace("codediplome", "Code Diplôme").replace("nocontrat", "No Contrat"),
        Lu(2, contrats=[{}, {"statut": "Annulé"}]),
    ),
    Faute(
        "two exports glued together, the first of which lacks a required column",
        export({c: v for c, v in ligne(2).items() if c != "uaicfa"}) + export(ligne(1, statut="", npecannuel="")),
        Refus(("« uaicfa »", "[colonnes]"), 1),
    ),
    Faute(
        "a byte order mark in the middle: two exports glued together",
        export(ligne(1)) + "\ufeff" + export(ligne(2)),
        Lu(2, contrats=[{}, {}]),
        encodage="utf-8-sig",
    ),
    Faute(
        "a byte order mark, a line sep=; and quotes in the middle",
        export(ligne(1), fin="\r\n")
        + "\ufeffsep=;\r\n"
        + "".join('"' + texte.replace(";", '";"') + '"\r\n' for texte in export(ligne(2), ligne(3)).splitlines()),
        Lu(3, contrats=[{}, {}, {}]),
        encodage="utf-8-sig",
    ),
    Faute(
        "a byte order mark and quotes at once in the middle",
        export(ligne(1)) + "\ufeff" + export(ligne(2)).replace("nocontrat;codediplome", '"nocontrat";"codediplome"'),
        Lu(2, contrats=[{}, {}]),
    ),
    Faute(
        "exports glued together with a total each",
        export(ligne(1), ligne(2), "(2 rows)") + export(reordered(ligne(3)), "Total;1"),
        Lu(3, contrats=[{}, {}, {}], fichier={"total_annonce": 3}),
    ),
    Faute(
        "a header on each page, one total of all the rows",
        export(ligne(1), ligne(2)) + export(ligne(3), "Total;3"),
        Lu(3, fichier={"total_annonce": 3}),
    ),
    Faute(
        "exports glued together, a total that is wrong",
        export(ligne(1), ligne(2), "(3 rows)") + export(ligne(3)),
        Refus(("annonce 3 lignes et en contient 2",), 4),
    ),
    Faute(
        "exports glued together, a final ^Z after each",
        export(ligne(1)) + "\x1a\n" + export(ligne(2)) + "\x1a",
        Lu(2, contrats=[{}, {}]),
    ),
    Faute(
        "the line of a header inside a quoted field is none",
        export(ligne(1, intituleouqualification=f'"CAP\n{ENTETE.replace(";", ",")}\nCuisine"'), ligne(2, uaicfa="")),
        Lu(2, [(5, "uaicfa", "", ABSENTE)], contrats=[{}]),
    ),
    Faute(
        "a word of a header in a row is no header",
        export(ligne(1, intituleouqualification="situation", denomination="nom", codediplome="uaicfa")),
        Lu(1, [(2, "codediplome", "", ECARTEE)]),
    ),
    Faute(
        "an export glued below another, cut short",
        export(ligne(1, statut="", npecannuel="")) + export(ligne(2))[:-40],
        Refus(("la dernière ligne est coupée",), 4),
    ),
    Faute(
        "two exports of different delimiters glued together",
        export(ligne(1), ligne(2)) + export(ligne(3), sep=","),
        Refus(("avec un autre séparateur", "un fichier de chacun"), 4),
    ),
    Faute(
        "two exports glued together without a line break",
        export(ligne(1), ligne(2), dernier_saut=False) + export(reordered(ligne(3))),
        Refus(("collés sans saut de ligne", "Allez à la ligne"), 3),
    ),
    Faute(
        "two exports glued together without a line break, a byte order mark between them",
        export(ligne(1), ligne(2), dernier_saut=False) + "\ufeff" + export(ligne(3)),
        Refus(("collés sans saut de ligne",), 3),
    ),
    Faute(
        "an export of another layout glued below",
        export(ligne(1)) + export(apprenant(2)),
        Refus(("un export d'un autre format commence ici",), 3),
    ),
    Faute(
        "an export glued below that lacks a required column",
        export(ligne(1)) + export({c: v for c, v in ligne(2).items() if c != "uaicfa"}),
        Refus(("« uaicfa »", "[colonnes]"), 3),
    ),
    Faute(
        "two exports of the exchange layout glued together",
        export(apprenant(1)) + export(reordered(apprenant(2, contrat_date_rupture="2022-01-15"))),
        Lu(2, contrats=[{}, {"date_rupture": "2022-01-15"}]),
    ),
    Faute(
        "follow-up: two files glued together",
        export(ligne(1), ligne(2)),
        Lu(2, contrats=[{"npecannuel": "7000.00"}, {"situation": "CAP 1re année"}], suivi=Lu(2)),
        suivi="nocontrat;npecannuel\n075202109NC###1;7000\nsituation;nocontrat\nCAP 1re année;075202109NC###2\n",
    ),
]

ENTETES = [
    Faute(
        "one declared column twice",
        export(ligne(1, uai_cfa="0010001A")),
        Refus(("la colonne « uaicfa » apparaît deux fois",), 1),
    ),
    Faute(
        "a required column missing: the block to paste",
        export(ligne(1)).replace("uaicfa", "uai_du_cfa"),
        Refus(("« uaicfa »", '[colonnes]\nuaicfa = "uai_du_cfa"'), 1),
    ),
    Faute(
        "a required column missing below title lines",
        export(ligne(1), avant="Extraction\n\n").replace("dateeffetrupture", "x"),
        Refus(("« dateeffetrupture »",), 3),
    ),
    Faute(
        "unknown headers that show a person are not told",
        export(
            ligne(
                1,
                **{
                    "martin@exemple.fr": "",
                    "06 12 34 56 78": "",
                    "291037512345645": "",
                    "543210123ZQ": "",
                    "né le 15/03/2004": "",
                    "commentaire 2": "",
                },
            )
        ),
        Lu(1, fichier={"colonnes_ignorees": [*[NON_MONTRE] * 5, "commentaire 2"]}),
    ),
    Faute(
        "columns and the apprentice missing: all told at once, persons' headers for their own",
        export(ligne(1, **{"Code postal": "", "courriel": ""}))
        .replace("codediplome", "Code du diplôme")
        .replace("uaicfa", "x")
        .replace("idalternant", "Numéro de l'apprenti"),
        Refus(
            (
                "« codediplome », « uaicfa » ; rien n'y dit qui est l'apprenti (« idalternant », ou « nom », "
                "« prenom » et « datenaissance »)",
                '[colonnes]\ncodediplome = "Code du diplôme"\nuaicfa = "en-tête de votre fichier"\n'
                "# L'apprenti : idalternant, ou nom, prenom et datenaissance.\n"
                'idalternant = "Numéro de l\'apprenti"\n'
                "# En-têtes non lus : « x », « Code postal », « courriel »",
            ),
            1,
        ),
    ),
    Faute(
        "a part of the triple is there: the rest of it",
        export(ligne(1, prenom="Zoé", **{"Nom de l'alternant": "", "Né le": ""})).replace("idalternant", "dossier"),
        Refus(
            (
                "rien n'y dit qui est l'apprenti",
                'nom = "Nom de l\'alternant"\ndatenaissance = "Né le"\n# En-têtes non lus : « dossier »',
            ),
            1,
        ),
    ),
    Faute(
        "two columns like one header: it is proposed once",
        export(ligne(1)).replace("datefincontrat", "x").replace("datedebutcontrat", "Date début contrat (prévue)"),
        Refus(
            (
                '[colonnes]\ndatedebutcontrat = "Date début contrat (prévue)"\n'
                'datefincontrat = "en-tête de votre fichier"\n# En-têtes non lus : « x »',
            ),
            1,
        ),
    ),
    Faute(
        "a header with quotation marks is pasted as it is",
        export(ligne(1)).replace("uaicfa", '"uai ""cfa"""'),
        Refus(('uaicfa = "uai \\"cfa\\""',), 1),
    ),
    Faute(
        "the exchange layout but for the rupture of the contract",
        export(apprenant(1)).replace("contrat_date_rupture", "rupture"),
        Refus(("au format d'échange : « contrat_date_rupture »", "En-têtes non lus : « rupture »"), 1),
    ),
    Faute(
        "the exchange layout but for a column of the learner: the block to paste",
        export(apprenant(1)).replace("formation_cfd", "code dipl. *"),
        Refus(("au format d'échange : « formation_cfd »", '[colonnes]\ncodediplome = "code dipl. *"'), 1),
    ),
    Faute(
        "a page of the web saved as CSV",
        "<html><body>Session expirée</body></html>\n",
        Refus(("c'est une page HTML, pas un export",)),
    ),
    Faute(
        "a workbook whose name says CSV", b"PK\x03\x04\x14\x00\x00\x00\x08\x00\x81\x8d", Refus(("f###_2022-12-31.csv",))
    ),
    Faute("no header at all", "\n".join(DEUX_LIGNES.splitlines()[1:]) + "\n", Refus(("[colonnes]",))),
]

FICHIERS = [
    Faute("a PDF", b"%PDF-1.7", Refus(("ce n'est pas un export lisible",)), fichier="f###.pdf"),
    Faute("an old workbook", b"\xd0\xcf\x11\xe0", Refus(("ce n'est pas un export lisible",)), fichier="f###.xls"),
    Faute("a file without extension", DEUX_LIGNES, Refus(("ce n'est pas un export lisible",)), fichier="export"),
    Faute("an archive", b"PK\x03\x04", Refus(("ce n'est pas un export lisible",)), fichier="f###.zip"),
    Faute("a folder", None, Refus(("ce n'est pas un export lisible",)), fichier="f###.csv"),
    Faute(
        "two dates in a file name: the last one",
        DEUX_LIGNES,
        Lu(2, fichier={"date_extraction": date(2022, 9, 1)}),
        fichier="f###_2022-08-31_du_20220901.csv",
    ),
    Faute(
        "two dates in a file name, settled in config.toml",
        DEUX_LIGNES,
        Lu(2, fichier={"date_extraction": date(2022, 8, 31)}),
        fichier="f###_2022-08-31_du_20220901.csv",
        config='[fichiers]\n"{fichier}" = 2022-08-31',
    ),
    Faute(
        "a date with a time after it in a file name",
        DEUX_LIGNES,
        Lu(2, fichier={"date_extraction": date(2022, 8, 31)}),
        fichier="f###_TBA_202208311045.csv",
    ),
    Faute(
        "a date and a time apart in a file name",
        DEUX_LIGNES,
        Lu(2, fichier={"date_extraction": date(2022, 8, 31)}),
        fichier="f###_31082022-10h45.csv",
    ),
    Faute(
        "figures that are no day in a file name, then a day",
        DEUX_LIGNES,
        Lu(2, fichier={"date_extraction": date(2022, 8, 31)}),
        fichier="f###_2022-08-31_lot_20229999.csv",
    ),
    Faute(
        "figures that are no day in a file name",
        DEUX_LIGNES,
        Lu(2, fichier={"date_extraction": date(2022, 8, 31)}),
        fichier="f###_2022-02-31.csv",
        config='[fichiers]\n"{fichier}" = 2022-08-31',
    ),
    Faute(
        "one date written twice in a file name",
        DEUX_LIGNES,
        Lu(2, fichier={"date_extraction": date(2022, 8, 31)}),
        fichier="f###_2022-08-31_31-08-2022.csv",
    ),
]

PREMIER_JOUR, DERNIER_JOUR = date(2021, 9, 1), date(2023, 8, 31)
TYPEE = {
    "nocontrat": "075202109NC###1",
    "codediplome": 50022137,
    "uaicfa": "0010001A",
    "datedebutcontrat": PREMIER_JOUR,
    "datefincontrat": DERNIER_JOUR,
    "dateeffetrupture": datetime(2022, 1, 15, 0, 0),
    "idalternant": "A###",
}
XLSX = "f###_2022-12-31.xlsx"
ANCIEN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + "Workbook".encode("utf-16-le")
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
STRICT = b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'


def packed(**fichiers: bytes) -> bytes:
    """An archive of these files."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        for nom, octets in fichiers.items():
            archive.writestr(nom, octets)
    return sortie.getvalue()


CLASSEURS = [
    Faute(
        "a workbook with typed dates, numbers and truth values",
        Classeur(
            {
                "Export": feuille(
                    {
                        **TYPEE,
                        "npecannuel": 7000.5,
                        "nombredesalaries": 12,
                        "rupture_avant_debut": False,
                        "siret": 77566214100123,
                    }
                )
            }
        ),
        Lu(
            1,
            contrats=[
                {
                    "date_debut": "2021-09-01",
                    "date_rupture": "2022-01-15",
                    "codediplome": "50022137",
                    "npecannuel": "7000.50",
                    "nombredesalaries": "12",
                    "jamais_commence": "false",
                    "siret": "77566214100123",
                }
            ],
        ),
        fichier=XLSX,
    ),
    Faute(
        "a workbook all in text",
        Classeur({"Export": feuille(ligne(1, datedebutcontrat="01/09/2021", npecannuel="7000,50"), ligne(2))}),
        Lu(2, contrats=[{"date_debut": "2021-09-01", "npecannuel": "7000.50"}, {}]),
        fichier=XLSX,
    ),
    Faute(
        "numbers that lost their zeros in a workbook",
        Classeur(
            {"Export": feuille({**TYPEE, "codediplome": 1022701, "siret": 578812300015, "adressecodepostal": 1000})}
        ),
        Lu(
            1,
            anomalies=[
                (2, "adressecodepostal", "", RETABLI),
                (2, "codediplome", "1022701", RETABLI),
                (2, "siret", "578812300015", RETABLI),
            ],
            contrats=[{"codediplome": "01022701", "siret": "00578812300015", "departement_apprenti": "01"}],
        ),
        fichier=XLSX,
    ),
    Faute(
        "title lines and blank rows in a workbook: lines are those of the sheet",
        Classeur(
            {
                "Export": feuille(
                    TYPEE, [], [], {**TYPEE, "datefincontrat": ""}, avant=[["Extraction"], [], ["au 31/12"]]
                )
            }
        ),
        Lu(2, [(8, "datefincontrat", "", ABSENTE)], fichier={"ligne_entete": 4}),
        fichier=XLSX,
    ),
    Faute(
        "a second sheet of notes",
        Classeur({"Notes": [["Lire la feuille", "Export"], ["contact", "x"]], "Export": feuille(TYPEE)}),
        Lu(1),
        fichier=XLSX,
    ),
    Faute(
        "two sheets of contracts",
        Classeur({"2021": feuille(TYPEE), "2022": feuille(TYPEE)}),
        Refus(("feuille", "2021", "2022", "config.toml")),
        fichier=XLSX,
    ),
    Faute(
        "two sheets of contracts, one said in config.toml",
        Classeur({"2021": feuille(TYPEE), "2022": feuille({**TYPEE, "dateeffetrupture": ""})}),
        Lu(1, contrats=[{"date_rupture": None}]),
        fichier=XLSX,
        config='[fichiers]\n"{fichier}" = {{ date_extraction = 2022-12-31, feuille = "2022" }}',
    ),
    Faute(
        "hidden columns are read",
        Classeur({"Export": feuille(TYPEE)}, cachees=("B:F",)),
        Lu(1, contrats=[{"codediplome": "50022137", "date_rupture": "2022-01-15"}]),
        fichier=XLSX,
    ),
    Faute(
        "cells in error",
        Classeur({"Export": feuille({**TYPEE, "dateeffetrupture": ErreurDeTableur("#REF!")})}),
        Lu(1, anomalies=[(2, "dateeffetrupture", "#REF!", ILLISIBLE)], contrats=[{"date_rupture": None}]),
        fichier=XLSX,
    ),
    Faute(
        "impossible dates in a workbook",
        Classeur(
            {
                "Export": feuille(
                    {**TYPEE, "dateeffetrupture": date(2202, 1, 15)}, {**TYPEE, "datedebutcontrat": date(1999, 9, 1)}
                )
            }
        ),
        Lu(
            2,
            [(3, "datedebutcontrat", "", ILLISIBLE)],
            [(2, "dateeffetrupture", "2202-01-15", ILLISIBLE)],
        ),
        fichier=XLSX,
    ),
    Faute(
        "a totals line in a workbook",
        Classeur({"Export": feuille(TYPEE, ["Total", 1])}),
        Lu(1, fichier={"total_annonce": 1}),
        fichier=XLSX,
    ),
    Faute(
        "a workbook with its header only",
        Classeur({"Export": [ENTETE.split(";")]}),
        Lu(0, contrats=[]),
        fichier=XLSX,
    ),
    Faute(
        "formulas that no spreadsheet has computed, and some that were, to an empty text too",
        Classeur(
            {
                "Export": feuille(
                    {**TYPEE, "statut": "", "dateeffetrupture": Formule("=DATE(2022,1,15)", 44576)},
                    {**TYPEE, "nocontrat": "075202109NC###2", "dateeffetrupture": Formule("=DATE(2022,1,15)")},
                    {**TYPEE, "nocontrat": "075202109NC###3", "dateeffetrupture": Formule('=IF(A2="","x","")', "")},
                    {**TYPEE, "nocontrat": "075202109NC###4", "statut": Formule("=A1"), "dateeffetrupture": ""},
                )
            }
        ),
        Lu(
            4,
            anomalies=[(3, "dateeffetrupture", "", FORMULE), (5, "statut", "", FORMULE)],
            contrats=[{"date_rupture": "2022-01-15"}, {"date_rupture": None}, {"date_rupture": None}, {}],
        ),
        fichier=XLSX,
    ),
    Faute(
        "formulas never computed where a value is required, and in every type of column",
        Classeur(
            {
                "Export": feuille(
                    {**TYPEE, "datefincontrat": Formule("=D2+729")},
                    {**TYPEE, "codediplome": Formule("=B9")},
                    {**TYPEE, "idalternant": Formule("=B9")},
                    {**TYPEE}
                    | {c: Formule("=B9") for c in ("situation", "naf", "npecannuel", "siret", "handicap", "sexe")},
                )
            }
        ),
        Lu(
            4,
            [
                (2, "datefincontrat", "", FORMULE),
                (3, "codediplome", "", FORMULE),
                (4, "idalternant", "", SANS_IDENTITE),
            ],
            [(5, colonne, "", FORMULE) for colonne in ("situation", "naf", "npecannuel", "siret", "handicap", "sexe")],
        ),
        fichier=XLSX,
    ),
    Faute(
        "the first formula of a sheet is far from its top, in a last column",
        Classeur(
            {
                "Export": feuille(
                    *({**TYPEE, "nocontrat": f"075202109NC9{rang:03d}", "npecannuel": 7000} for rang in range(120)),
                    {**TYPEE, "npecannuel": Formule("=SUM(A1:A9)")},
                )
            }
        ),
        Lu(121, anomalies=[(122, "npecannuel", "", FORMULE)]),
        fichier=XLSX,
    ),
    Faute(
        "a workbook whose days are counted from 1904, as dates and as bare numbers",
        Classeur(
            {
                "Export": feuille(
                    {**TYPEE, "dateeffetrupture": 43114},
                    {**TYPEE, "nocontrat": "075202109NC###2"},
                    {**TYPEE, "nocontrat": "075202109NC###3", "dateeffetrupture": "43114"},
                )
            },
            depuis_1904=True,
        ),
        Lu(3, contrats=[{"date_debut": "2021-09-01", "date_rupture": "2022-01-15"}] * 3),
        fichier=XLSX,
    ),
    Faute(
        "two exports glued together in a sheet, the columns of the second in another order",
        Classeur(
            {
                "Export": [
                    *feuille({**TYPEE, "note": "x"}, []),
                    *feuille(dict(reversed(({**TYPEE, "nocontrat": "075202109NC###2", "uaicfa": ""}).items()))),
                    *feuille({**TYPEE, "nocontrat": "075202109NC###3", "statut": "Annulé", "avis": "y"}, ["Total", 1]),
                ]
            }
        ),
        Lu(
            3,
            [(5, "uaicfa", "", ABSENTE)],
            contrats=[{"date_rupture": "2022-01-15"}, {"statut": "Annulé"}],
            fichier={"colonnes_ignorees": ["note", "avis"], "total_annonce": None},
        ),
        fichier=XLSX,
    ),
    Faute(
        "a cell beyond the header in a sheet",
        Classeur({"Export": feuille(TYPEE, [*list(TYPEE.values()), "x"], [*list(TYPEE.values()), " "])}),
        Lu(3, [(3, "n_champs", "", CHAMPS)], doublons=1),
        fichier=XLSX,
    ),
    *(
        Faute(f"not a workbook: {nom}", contenu, Refus((phrase, faire)), fichier=XLSX)
        for nom, contenu, phrase, faire in (
            ("an old one", ANCIEN, "c'est un ancien classeur Excel (.xls)", "Classeur Excel (.xlsx)"),
            ("a web page", "<!-- x -->\n<TABLE><tr>", "c'est une page HTML", "refaites l'export en CSV"),
            ("a web page in UTF-16", "\ufeff<html>".encode("utf-16-le"), "c'est une page HTML", ""),
            (
                "XML of Excel 2003",
                '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook>',
                "c'est un classeur en XML (Excel 2003)",
                "(.xlsx)",
            ),
            ("a PDF", b"%PDF-1.7", "c'est un document PDF", ""),
            ("a CSV", OCTETS, "c'est un fichier texte, pas un classeur", "l'extension .csv"),
            ("of LibreOffice", packed(mimetype=ODS), "c'est un classeur LibreOffice (.ods)", "(.xlsx)"),
            ("binary", packed(**{"xl/workbook.bin": b""}), "c'est un classeur Excel binaire (.xlsb)", "(.xlsx)"),
            ("Strict", packed(**{"xl/workbook.xml": STRICT}), "« Strict Open XML »", "sans « Strict »"),
            ("an archive", packed(**{"export.csv": OCTETS}), "c'est une archive zip", "Sortez-en les exports"),
        )
    ),
    *(
        Faute(f"not a text: {nom}", contenu, Refus((phrase,)))
        for nom, contenu, phrase in (
            ("an old workbook", ANCIEN, "c'est un ancien classeur Excel (.xls)"),
            ("a workbook", packed(**{"xl/workbook.xml": b"<workbook/>"}), "c'est un classeur, pas un fichier texte"),
            ("a web page with its mark", "\ufeff\n<!DOCTYPE html>", "c'est une page HTML"),
        )
    ),
    Faute("an old workbook under its name", ANCIEN, Refus(("c'est un ancien classeur Excel",)), fichier="f###.xls"),
    Faute("a web page for a workbook", "<html></html>", Refus(("c'est une page HTML",)), fichier="f###.xls"),
    Faute("a corrupted workbook", b"PK\x03\x04 ceci n'est pas une archive", Refus((".xlsx",)), fichier=XLSX),
    Faute("a CSV whose name says workbook", OCTETS, Refus((".xlsx",)), fichier=XLSX),
    Faute(
        "a workbook with a password",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + "EncryptedPackage".encode("utf-16-le"),
        Refus((".xlsx",)),
        fichier=XLSX,
    ),
    Faute("an empty workbook", Classeur({"Feuil1": []}), Refus((".xlsx",)), fichier=XLSX),
    Faute(
        "a workbook without a required column",
        Classeur({"Export": [[c for c in rangee if c != "uaicfa"] for rangee in feuille(ligne(1))]}),
        Refus(("« uaicfa »", "[colonnes]"), 1),
        fichier=XLSX,
    ),
]

SECOND = {
    "contrat_date_debut_2": "2022-02-01",
    "contrat_date_fin_2": "2023-08-31",
    "contrat_date_rupture_2": "",
    "cause_rupture_contrat_2": "",
    "siret_employeur_2": "00578812300015",
}
ECHANGE = [
    Faute(
        "the exchange layout: one row a learner, one contract",
        export(
            apprenant(1, contrat_date_rupture="15/01/2022", cause_rupture_contrat="départ volontaire"),
            apprenant(2, contrat_date_rupture="2022-01-16", cause_rupture_contrat="fâché avec M. Dupont"),
        ),
        Lu(
            2,
            contrats=[
                {"date_rupture": "2022-01-15", "motifvalide": "Départ volontaire", "cle_de_secours": "true"},
                {"date_rupture": "2022-01-16", "motifvalide": "Autre libellé", "datefinformation": "2023-08-31"},
            ],
            anomalies=[(3, "cause_rupture_contrat", "", INCONNU)],
            fichier={"contrats": 2},
        ),
    ),
    Faute(
        "a learner with two contracts is one row and two contracts of one person",
        export(
            apprenant(1, contrat_date_rupture="2022-01-15", **SECOND), apprenant(2, contrat_date_debut="2021-09-02")
        ),
        Lu(
            2,
            contrats=[
                {"date_debut": "2021-09-01", "date_rupture": "2022-01-15", "siretemployeur": None},
                {"date_debut": "2021-09-02", "date_rupture": None},
                {"date_debut": "2022-02-01", "date_rupture": None, "siretemployeur": "00578812300015"},
            ],
            fichier={"contrats": 3},
        ),
    ),
    Faute(
        "a learner without any contract is kept",
        export(apprenant(1), apprenant(2, contrat_date_debut="", contrat_date_fin="")),
        Lu(2, contrats=[{}], fichier={"contrats": 1}),
    ),
    Faute(
        "one learner without a contract, another with two: as many contracts as rows, which are not one each",
        export(apprenant(1, **SECOND), apprenant(2, contrat_date_debut="", contrat_date_fin="")),
        Lu(2, contrats=[{}, {}], fichier={"contrats": 2}),
    ),
    Faute(
        "a learner whose first contract is empty and second is not",
        export(apprenant(1, contrat_date_debut="", contrat_date_fin="", **SECOND)),
        Lu(1, contrats=[{"date_debut": "2022-02-01"}], fichier={"contrats": 1}),
    ),
    Faute(
        "a learner one of whose contracts is faulty is rejected whole",
        export(
            apprenant(1),
            apprenant(2, **{**SECOND, "contrat_date_fin_2": "31/02/2023"}),
            apprenant(3, **{**SECOND, "contrat_date_fin_2": ""}),
            apprenant(4, **{**SECOND, "contrat_date_fin_2": "2022-01-31"}),
            apprenant(5, contrat_date_fin=""),
        ),
        Lu(
            5,
            [
                (3, "contrat_date_fin_2", "31/02/2023", ILLISIBLE),
                (4, "contrat_date_fin_2", "", ABSENTE),
                (5, "contrat_date_fin_2", "2022-01-31", FIN_AVANT_DEBUT),
                (6, "contrat_date_fin", "", ABSENTE),
            ],
            contrats=[{}],
            fichier={"contrats": 1},
        ),
    ),
    Faute(
        "an unreadable optional value of a second contract",
        export(apprenant(1, **{**SECOND, "contrat_date_rupture_2": "bientôt"})),
        Lu(1, anomalies=[(2, "contrat_date_rupture_2", "", ILLISIBLE)], contrats=[{}, {}]),
    ),
    Faute(
        "a learner without a diploma or without a name",
        export(apprenant(1), apprenant(2, formation_cfd=""), apprenant(3, prenom_apprenant="")),
        Lu(3, [(3, "formation_cfd", "", ABSENTE), (4, "idalternant", "", SANS_IDENTITE)], contrats=[{}]),
    ),
    Faute(
        "a learner twice",
        export(apprenant(1, **SECOND), apprenant(1, **SECOND)),
        Lu(2, doublons=1, contrats=[{}, {}], fichier={"contrats": 4}),
    ),
    Faute(
        "the exchange layout in a workbook",
        Classeur({"Export": feuille(apprenant(1, **SECOND))}),
        Lu(1, contrats=[{}, {}], fichier={"contrats": 2}),
        fichier=XLSX,
    ),
    Faute(
        "the State's template: headers with stars, columns of the learner that are carried",
        export(
            apprenant(
                1,
                sexe_apprenant="2",
                formation_rncp="RNCP37537",
                annee_formation="1",
                obtention_diplome_formation="Oui",
                date_exclusion_formation="",
            ),
            apprenant(2, obtention_diplome_formation="faux", date_exclusion_formation="15/01/2022"),
        )
        .replace("nom_apprenant;", "nom_apprenant *;")
        .replace("contrat_date_rupture;", "contrat_date_rupture **;"),
        Lu(
            2,
            contrats=[
                {
                    "sexe": "F",
                    "rncp": "RNCP37537",
                    "obtention_diplome_formation": "true",
                    "date_exclusion_formation": None,
                },
                {
                    "sexe": None,
                    "rncp": None,
                    "obtention_diplome_formation": "false",
                    "date_exclusion_formation": "2022-01-15",
                },
            ],
            fichier={"colonnes_ignorees": []},
        ),
    ),
    Faute(
        "the responsible CFA's UAI, the training site's where it is empty, whatever the mark of emptiness",
        export(
            *(
                apprenant(rang, etablissement_responsable_uai=uai, contrat_date_debut=f"2021-09-0{rang}")
                for rang, uai in enumerate(("0010002b", "", "NULL", " 0010002B "), 1)
            )
        ),
        Lu(4, contrats=[{"uaicfa": uai} for uai in ("0010002B", "0010001A", "0010001A", "0010002B")]),
    ),
    Faute(
        "the responsible CFA's UAI alone",
        export(apprenant(1)).replace("etablissement_formateur_uai", "etablissement_responsable_uai*"),
        Lu(1, contrats=[{"uaicfa": "0010001A"}]),
    ),
    Faute(
        "neither UAI is filled, or the one that is cannot be read: the first header is named",
        export(
            apprenant(1, etablissement_responsable_uai=""),
            apprenant(2, etablissement_responsable_uai="", etablissement_formateur_uai=""),
            apprenant(3, etablissement_responsable_uai="Martin"),
        ),
        Lu(
            3,
            [
                (3, "etablissement_responsable_uai", "", ABSENTE),
                (4, "etablissement_responsable_uai", "", ECARTEE),
            ],
            contrats=[{}],
        ),
    ),
    Faute(
        "a diploma obtained that is neither yes nor no",
        export(apprenant(1, obtention_diplome_formation="en 2023", date_exclusion_formation="31/02/2022")),
        Lu(
            1,
            anomalies=[
                (2, "date_exclusion_formation", "31/02/2022", ILLISIBLE),
                (2, "obtention_diplome_formation", "en 2023", ILLISIBLE),
            ],
            contrats=[{"obtention_diplome_formation": None, "date_exclusion_formation": None}],
        ),
    ),
    Faute(
        "the columns of the template in a usual export",
        export(ligne(1, obtention_diplome_formation="VRAI", date_exclusion_formation="2022-01-15")),
        Lu(1, contrats=[{"obtention_diplome_formation": "true", "date_exclusion_formation": "2022-01-15"}]),
    ),
    Faute(
        "the exchange layout with a column of the learner under another header, said in config.toml",
        export(apprenant(1)).replace("formation_cfd", "CFD préparé *"),
        Lu(1, contrats=[{"codediplome": "50022137"}]),
        config='[colonnes]\ncodediplome = "CFD préparé"',
    ),
    Faute("rows of a usual export are their contracts", DEUX_LIGNES, Lu(2, fichier={"contrats": 2})),
]

ROMPU = {"dateEffetRupture": "2022-01-15"}
DU_BLOC = {
    "date_rupture": "2022-01-15",
    "siret": "11111111100001",
    "siretcfa": "11111111100002",
    "siretemployeur": "77566214100123",
    "departement_employeur": "73",
    "departement_apprenti": "74",
    "typecontrat": "11",
    "sexe": "F",
    "nombredesalaries": "74",
    "codemotifrupture": "01",
    "dateconclusion": "2021-08-20",
}
DEUX_OBJETS = (objet(1, rupture=ROMPU), objet(2))
JSON = "f###_2022-12-31.json"
INTERFACE = [
    Faute(
        "the DECA interface: each field in the column of its block, the others listed by their path",
        interface(
            objet(
                1,
                alternant={"adresse": {"numero": 5, "voie": "rue du Lac", "codePostal": "74000"}, "nationalite": 1},
                employeur={"nombreDeSalaries": 74, "denomination": "Dupont"},
                detailsContrat={"dateConclusion": "2021-08-20T00:00:00+02:00"},
                rupture={**ROMPU, "codeMotifRupture": "01", "commentaireRupture": "fâché avec M. Dupont"},
                maitre1={"nom": "Durand", "prenom": "Léa"},
            ),
            page=1,
            totalPages=1,
            totalElements=1,
        ),
        Lu(
            1,
            contrats=[DU_BLOC],
            fichier={
                "total_annonce": 1,
                "ligne_entete": 2,
                "colonnes_ignorees": [
                    "alternant.adresse.numero",
                    "alternant.adresse.voie",
                    "alternant.nationalite",
                    "rupture.commentaireRupture",
                    "maitre1.nom",
                    "maitre1.prenom",
                ],
            },
        ),
        fichier=JSON,
    ),
    Faute(
        "fields that are null, empty, absent or NaN, truth values and numbers",
        interface(
            objet(
                1,
                rupture=None,
                etablissementFormation=[],
                employeur={"siret": None, "naf": "", "nombreDeSalaries": 12},
                detailsContrat={"npecannuel": 7000.50, "ruptureAvantDebut": False},
            ),
            objet(2, rupture={}, alternant={"idAlternant": float("nan")}, detailsContrat={"rupture_avant_debut": True}),
            objet(3, rupture=ROMPU, detailsContrat={"typeContrat": "11 - Initial"}, etablissementFormation=None),
        ).replace('"rupture_avant_debut"', '"ruptureAvantDebut"'),
        Lu(
            3,
            contrats=[
                {
                    "siretemployeur": None,
                    "naf": None,
                    "npecannuel": "7000.50",
                    "siret": None,
                },
                {"date_rupture": None, "npecannuel": None, "jamais_commence": "true"},
                {"date_rupture": "2022-01-15", "siret": None, "siretcfa": "11111111100002"},
            ],
        ),
        fichier=JSON,
    ),
    Faute(
        "rows are rejected, and values told, with the line where the contract starts",
        interface(
            objet(1, rupture={"dateEffetRupture": "2022-02-31"}),
            objet(2, detailsContrat={"dateFinContrat": None}),
            objet(3, formation={"codeDiplome": "Martin"}),
        ),
        Lu(
            3,
            [(3, "datefincontrat", "", ABSENTE), (4, "codediplome", "", ECARTEE)],
            [(2, "dateeffetrupture", "2022-02-31", ILLISIBLE)],
            contrats=[{"date_rupture": None}],
        ),
        fichier=JSON,
    ),
    Faute(
        "a file in one line, as the interface writes it: the rank of the contract",
        interface(*DEUX_OBJETS, objet(3, detailsContrat={"dateFinContrat": ""})).replace("\n", ""),
        Lu(3, [(3, "datefincontrat", "", ABSENTE)], contrats=[{}, {}]),
        fichier=JSON,
    ),
    Faute(
        "an indented file with a byte order mark",
        json.dumps({"contrats": DEUX_OBJETS}, indent=2),
        Lu(2, contrats=[{"date_rupture": "2022-01-15"}, {"date_rupture": None}], fichier={"ligne_entete": 3}),
        encodage="utf-8-sig",
        fichier=JSON,
    ),
    Faute(
        "a file in UTF-16",
        interface(*DEUX_OBJETS),
        Lu(2, contrats=[{"date_rupture": "2022-01-15"}, {}], fichier={"encodage": "utf-16-le"}),
        encodage="utf-16",
        fichier=JSON,
    ),
    Faute(
        "elements that are no contract are rejected, those of nothing are no rows",
        interface(objet(1), "Martin", None, {}, ["x"], 12, {"alternant": {"nom": ""}}, objet(2, rupture=ROMPU)),
        Lu(6, [(rang, "objet", "", OBJET) for rang in (3, 4, 6, 7)], contrats=[{}, {"date_rupture": "2022-01-15"}]),
        fichier=JSON,
    ),
    Faute(
        "a block that is none in one contract, a field that is a block in another: rejected, not lost",
        interface(
            objet(1, rupture=ROMPU),
            objet(2, rupture="2022-01-16"),
            objet(3, rupture=[ROMPU]),
            objet(4, rupture={"dateEffetRupture": {"jour": "2022-01-16"}}),
            objet(5, rupture={"dateEffetRupture": ["2022-01-16"]}),
        ),
        Lu(
            5,
            [(rang, "objet", "", OBJET) for rang in (3, 4, 5)],
            [(6, "dateeffetrupture", '["2022-01-16"]', ILLISIBLE)],
            contrats=[{"date_rupture": "2022-01-15"}, {"date_rupture": None}],
        ),
        fichier=JSON,
    ),
    Faute(
        "no contract is broken: the interface leaves the block out",
        interface(objet(1), objet(2)),
        Lu(2, contrats=[{"date_rupture": None}, {"date_rupture": None}]),
        fichier=JSON,
    ),
    Faute(
        "the rupture under another name is not taken for no rupture",
        interface(objet(1, rupture={"jour": "2022-01-15"})),
        Refus(("« dateeffetrupture »", '[colonnes]\ndateeffetrupture = "rupture.jour"'), 2),
        fichier=JSON,
    ),
    Faute(
        "a list alone, our own names",
        json.dumps([ligne(1), ligne(2, dateeffetrupture="15/01/2022")], indent=0),
        Lu(2, contrats=[{"date_rupture": None}, {"date_rupture": "2022-01-15"}]),
        fichier=JSON,
    ),
    Faute(
        "a list alone without a required column",
        json.dumps([{cle: v for cle, v in ligne(1).items() if cle != "dateeffetrupture"}]),
        Refus(("« dateeffetrupture »", "[colonnes]"), 1),
        fichier=JSON,
    ),
    Faute(
        "one contract a line",
        "\n".join(json.dumps(o) for o in (*DEUX_OBJETS, objet(3, detailsContrat={"dateFinContrat": ""}))) + "\n\n",
        Lu(3, [(3, "datefincontrat", "", ABSENTE)], contrats=[{"date_rupture": "2022-01-15"}, {}]),
        fichier="f###_2022-12-31.jsonl",
    ),
    Faute(
        "the exchange layout as a list",
        json.dumps([apprenant(1, **SECOND), apprenant(2)]),
        Lu(2, contrats=[{}, {}, {"date_debut": "2022-02-01"}], fichier={"apprenants": True}),
        fichier=JSON,
    ),
    Faute(
        "paths as headers of a text file",
        "alternant.nom;alternant.prenom;alternant.dateNaissance;detailsContrat.noContrat;detailsContrat.dateDebutContrat;"
        "detailsContrat.dateFinContrat;rupture.dateEffetRupture;formation.codeDiplome;organisme_formation.uai_cfa;"
        "employeur.siret\nMartin###;Zoé;15/03/2004;075202109NC###1;1/9/2021;31/8/2023;15/1/2022;50022137;0010001A;"
        "77566214100123\n",
        Lu(1, contrats=[{"date_rupture": "2022-01-15", "siretemployeur": "77566214100123", "siret": None}]),
    ),
    Faute(
        "a field of an unknown block, said in config.toml",
        interface(objet(1, suivi={"retenu": "Abandon"})),
        Lu(1, contrats=[{"motifexprime": "Abandon"}]),
        fichier=JSON,
        config='[colonnes]\nmotifexprime = "suivi.retenu"',
    ),
    Faute(
        "the extraction date that the file says, where its name has none",
        interface(*DEUX_OBJETS, dateExtraction="2022-08-31T10:45:00Z"),
        Lu(2, fichier={"date_extraction": date(2022, 8, 31)}),
        fichier="f###.json",
    ),
    Faute(
        "the extraction date of the name wins over the file's",
        interface(*DEUX_OBJETS, dateExtraction="2022-08-31"),
        Lu(2, fichier={"date_extraction": date(2022, 12, 31)}),
        fichier=JSON,
    ),
    Faute(
        "all the pages in one file, with the metadata of the first",
        interface(*DEUX_OBJETS, page=1, totalPages=2, totalElements=2),
        Lu(2, fichier={"total_annonce": 2}),
        fichier=JSON,
    ),
    Faute("no contract at all", interface(page=1, totalPages=1, totalElements=0), Lu(0, contrats=[]), fichier=JSON),
    Faute(
        "fewer contracts than announced",
        interface(objet(1), page=1, totalPages=1, totalElements=2),
        Refus(("annonce 2 contrats et en contient 1",)),
        fichier=JSON,
    ),
    Faute(
        "a page of several alone",
        interface(objet(1), page=2, totalPages=3, totalElements=3),
        Refus(("les pages 1, 3 ne sont pas là, sur 3",)),
        fichier=JSON,
    ),
    Faute(
        "a file cut in a text",
        interface(*DEUX_OBJETS)[:-60],
        Refus(("le fichier JSON est coupé : l'export est incomplet",), 3),
        fichier=JSON,
    ),
    Faute(
        "a file cut between two contracts",
        interface(*DEUX_OBJETS).rsplit("{", 6)[0].rsplit("\n", 1)[0],
        Refus(("le fichier JSON est coupé",), 2),
        fichier=JSON,
    ),
    Faute(
        "a file whose last bracket is missing",
        interface(*DEUX_OBJETS).rstrip("}\n"),
        Refus(("est coupé",), 4),
        fichier=JSON,
    ),
    Faute(
        "a comma too many",
        interface(*DEUX_OBJETS).replace("\n]", ",\n]"),
        Refus(("pas du JSON valable",), 4),
        fichier=JSON,
    ),
    Faute(
        "two documents in a file", interface(objet(1)) * 2, Refus(("ce n'est pas du JSON valable",), 4), fichier=JSON
    ),
    Faute("a page of the web", "<html>Session expirée</html>", Refus(("c'est une page HTML",)), fichier=JSON),
    Faute("a CSV whose name says JSON", DEUX_LIGNES, Refus(("ce n'est pas du JSON valable",), 1), fichier=JSON),
    Faute("an empty JSON file", " \n", Refus(("fichier vide",)), fichier=JSON),
    Faute(
        "an object without contracts",
        '{"metadonnees": {},\n"message": "Session expirée"}',
        Refus(("n'a pas de liste « contrats » ; ses clés : « metadonnees », « message »",), 1),
        fichier=JSON,
    ),
    Faute(
        "contracts that are no list",
        '{\n"contrats": {"1": {}}}',
        Refus(("pas de liste « contrats »",), 2),
        fichier=JSON,
    ),
    Faute(
        "a key twice in a block",
        interface(objet(1), objet(2)).replace('"naf": "4332A"', '"naf": "4332A", "naf": "4332B"'),
        Refus(("la clé « naf » apparaît deux fois",), 2),
        fichier=JSON,
    ),
    Faute(
        "a key twice at the root, that of a person not shown",
        '{"martin@exemple.fr": 1, "contrats": [],\n"martin@exemple.fr": 2}',
        Refus((f"la clé « {NON_MONTRE} » apparaît deux fois",), 2),
        fichier=JSON,
    ),
    Faute(
        "a path said twice, with dots and with blocks",
        interface({**objet(1), "alternant.nom": "Durand"}),
        Refus(("la clé « alternant.nom » apparaît deux fois",), 2),
        fichier=JSON,
    ),
    Faute(
        "one column under two names",
        interface(objet(1, rupture={**ROMPU, "dateRupture": "2022-01-16"})),
        Refus(("la colonne « dateeffetrupture » apparaît deux fois",), 2),
        fichier=JSON,
    ),
    Faute(
        "fields that show a person are not told",
        interface(objet(1, **{"zoe.martin@exemple.fr": {"x": 1}, "0612345678": 2})),
        Lu(1, fichier={"colonnes_ignorees": [NON_MONTRE, NON_MONTRE]}),
        fichier=JSON,
    ),
    Faute(
        "half a character, and one that prints nothing",
        interface(objet(1, alternant={"prenom": "Zoé@"}, formation={"intituleOuQualification": "CAP@ Cuisine"}))
        .replace("@", "\\ud83d", 1)
        .replace("@", "\\u0000", 1),
        Lu(1, contrats=[{"intituleouqualification": "CAP Cuisine"}]),
        fichier=JSON,
    ),
    Faute(
        "bytes of Windows-1252 in a JSON file",
        interface(objet(1, formation={"intituleOuQualification": "CAP Électricien"})).encode("cp1252"),
        Lu(1, contrats=[{"intituleouqualification": "CAP Électricien"}]),
        fichier=JSON,
    ),
]

CLE = "075202109NC###1"
SUIVI = [
    Faute(
        "follow-up: its value wins over the export's, whatever its dialect",
        export(ligne(1, npecannuel="7000", motifexprime="Abandon")),
        Lu(1, contrats=[{"npecannuel": "8000.50", "motifexprime": "Abandon"}], suivi=Lu(1)),
        suivi=f"sep=;\r\nNo contrat;NPEC annuel;motif exprimé\r\n{CLE};8 000,50 €;\r\n",
    ),
    Faute(
        "follow-up: an empty key, a wrong number of fields",
        export(ligne(1)),
        Lu(
            1,
            contrats=[{"npecannuel": "8000.00"}],
            suivi=Lu(3, [(3, "nocontrat", "", ABSENTE), (4, "n_champs", "", CHAMPS)]),
        ),
        suivi=f"nocontrat;npecannuel;situation\n{CLE};8000;\n;8000;x\n{CLE};9000\n",
    ),
    Faute(
        "follow-up: an unreadable value",
        export(ligne(1, npecannuel="7000")),
        Lu(1, contrats=[{"npecannuel": "7000.00"}], suivi=Lu(1, anomalies=[(2, "npecannuel", "", ILLISIBLE)])),
        suivi=f"nocontrat,npecannuel\n{CLE},voir OPCO\n",
    ),
    Faute(
        "follow-up: no such contract",
        export(ligne(1)),
        Lu(1, suivi=Lu(1)),
        suivi="nocontrat,npecannuel\n075202109NC###9,8000\n",
    ),
    Faute(
        "follow-up: two different values, the greatest wins",
        export(ligne(1)),
        Lu(1, contrats=[{"npecannuel": "9000.00"}], suivi=Lu(2)),
        suivi=f"nocontrat,npecannuel\n{CLE},9000\n{CLE},8000\n",
    ),
    Faute(
        "follow-up: a key without its zero",
        export(ligne(1)),
        Lu(1, contrats=[{"npecannuel": "9000.00"}], suivi=Lu(1, anomalies=[(2, "nocontrat", CLE[1:], RETABLI)])),
        suivi=f"nocontrat,npecannuel\n{CLE[1:]},9000\n",
    ),
    Faute(
        "follow-up: a key lost to a spreadsheet",
        export(ligne(1)),
        Lu(1, suivi=Lu(2, [(3, "nocontrat", "1,32E+13", DETRUITE)])),
        suivi=f'nocontrat,npecannuel\n{CLE},9000\n"1,32E+13",8000\n',
    ),
    Faute(
        "follow-up: a stray quote",
        export(ligne(1)),
        Lu(1, contrats=[{"npecannuel": "9000.00"}], suivi=Lu(2, [(2, "guillemets", "", GUILLEMET)])),
        suivi=f'nocontrat;npecannuel\n"{CLE};8000\n{CLE};9000\n',
    ),
    Faute(
        "follow-up: no key column",
        export(ligne(1)),
        Refus(("« nocontrat »",)),
        suivi="numero;npecannuel\n1;8000\n",
    ),
]

# One of each shape that only people have.
COURRIEL, TELEPHONE, NIR = "zoe.martin@exemple.fr", "06 12 34 56 78", "2 91 03 75 123 456 45"
NIR_JUSTE = "291037512345685"  # its key too
INE, ANCIEN_INE, NAISSANCE = "543210123ZQ", "5432109123Z", "15/03/1990"
FORMES = (COURRIEL, TELEPHONE, NIR, INE, ANCIEN_INE, NAISSANCE)
TEXTES_LIBRES = ("intituleouqualification", "diplomeentree", "situation")
CODES = (
    "noavenant", "typecontrat", "rncp", "typediplome", "derniereclasse", "situationavantcontrat", "siret", "siretcfa",
    "siretemployeur", "naf", "codeidcc", "typeemployeur", "codemotifrupture",
)  # fmt: skip
PERSONNES = [
    Faute(
        "a name where a code is required: the row is rejected",
        export(ligne(1), ligne(2, codediplome="Zoé Martin"), ligne(3, uaicfa="MARTIN")),
        Lu(3, [(3, "codediplome", "", ECARTEE), (4, "uaicfa", "", ECARTEE)], contrats=[{}]),
    ),
    Faute(
        "a shape of a person where a code is required: the row is rejected",
        export(ligne(1), *(ligne(rang, codediplome=forme) for rang, forme in enumerate(FORMES, 2))),
        Lu(7, [(rang, "codediplome", "", ECARTEE) for rang in range(3, 9)], contrats=[{}]),
    ),
    Faute(
        "an e-mail for a SIRET is set aside",
        export(ligne(1, siret=COURRIEL, siretemployeur=COURRIEL), ligne(2, siret="77566214100123")),
        Lu(
            2,
            anomalies=[(2, "siret", "", ECARTEE), (2, "siretemployeur", "", ECARTEE)],
            contrats=[{"siret": None, "siretemployeur": None}, {"siret": "77566214100123"}],
        ),
    ),
    Faute(
        "a name in any optional code is set aside",
        export(ligne(1, **dict.fromkeys(CODES, "Martin")), ligne(2, rncp="RNCP37537", naf="4332A")),
        Lu(
            2,
            anomalies=[(2, colonne, "", ILLISIBLE if colonne == "typecontrat" else ECARTEE) for colonne in CODES],
            contrats=[dict.fromkeys(("siret", "siretcfa", "naf", "rncp")), {"rncp": "RNCP37537", "naf": "4332A"}],
        ),
    ),
    Faute(
        "a shape of a person in an optional code is set aside",
        export(*(ligne(rang, naf=forme, siret=forme) for rang, forme in enumerate(FORMES, 1))),
        Lu(
            6,
            anomalies=[(rang, colonne, "", ECARTEE) for rang in range(2, 8) for colonne in ("naf", "siret")],
            contrats=[{"naf": None, "siret": None}] * 6,
        ),
    ),
    Faute(
        "a numbering that looks like telephones, most of its column does",
        export(*(ligne(rang, nocontrat=f"061###000{rang}") for rang in range(1, 6))),
        Lu(5, contrats=[{"nocontrat": f"061###000{rang}"} for rang in range(1, 6)]),
    ),
    Faute(
        "a numbering that looks like NIR, but for the month of birth and the key that most have not",
        export(*(ligne(rang, nocontrat=f"1952020081701{rang}") for rang in range(10, 42))),
        Lu(32, contrats=[{"nocontrat": f"1952020081701{rang}"} for rang in range(10, 42)]),
    ),
    Faute(
        "in a numbering that looks like NIR, one of a month and a key is set aside",
        export(
            *(ligne(rang, nocontrat=f"19520210817{rang}17") for rang in range(10, 60)),
            ligne(60, nocontrat=NIR_JUSTE),
            *(ligne(rang, nocontrat=f"19520210817{rang}17") for rang in range(61, 99)),
        ),
        Lu(
            89,
            anomalies=[(52, "nocontrat", "", ECARTEE)],
            contrats=[
                *({"nocontrat": f"19520210817{rang}17"} for rang in range(10, 99) if rang != 60),
                {"nocontrat": None},
            ],
        ),
    ),
    Faute(
        "of a column of NIR, those of an unknown month of birth are set aside too",
        export(
            *(
                ligne(rang, nocontrat=f"2{rang}0375123456{rang}", datedebutcontrat="2021-09-01")
                for rang in range(60, 90)
            ),
            *(
                ligne(rang, nocontrat=f"2{rang}2075123456{rang}", datedebutcontrat="2021-09-01")
                for rang in range(90, 95)
            ),
        ),
        Lu(
            35,
            anomalies=[(n, "nocontrat", "", ECARTEE) for n in range(2, 37)],
            contrats=[{"nocontrat": None}] * 35,
        ),
    ),
    Faute(
        "a column of NIR for contract numbers is set aside all the same",
        export(
            *(
                ligne(rang, nocontrat=f"29103751234{rang}645", datedebutcontrat=f"2021-09-0{rang}")
                for rang in range(1, 4)
            )
        ),
        Lu(3, anomalies=[(n, "nocontrat", "", ECARTEE) for n in (2, 3, 4)], contrats=[{"nocontrat": None}] * 3),
    ),
    Faute(
        "a NIR, an INE or a name for a contract number is set aside: the fallback key",
        export(
            ligne(1, nocontrat="291037512345645"),
            ligne(2, nocontrat=NIR),
            ligne(3, nocontrat=INE),
            ligne(4, nocontrat="Martin"),
        ),
        Lu(
            4,
            anomalies=[(rang, "nocontrat", "", ECARTEE) for rang in range(2, 6)],
            contrats=[{"nocontrat": None, "cle_de_secours": "true"}] * 4,
        ),
    ),
    Faute(
        "a contract number of DECA's shape is never set aside",
        export(*one_each("nocontrat", "075202109010###", "02A202109NC0###", "971 2021 09 12 0###")),
        Lu(3, contrats=[{"cle_de_secours": "false"}] * 3),
    ),
    Faute(
        "in a free text a name remains as it is written",
        export(ligne(1, **dict.fromkeys(TEXTES_LIBRES, "Martin"))),
        Lu(1, contrats=[dict.fromkeys(TEXTES_LIBRES, "Martin")]),
    ),
    Faute(
        "in a free text a shape of a person is set aside",
        export(
            *(ligne(rang, **dict.fromkeys(TEXTES_LIBRES, f"CAP, voir {forme}")) for rang, forme in enumerate(FORMES, 1))
        ),
        Lu(
            6,
            anomalies=[(rang, colonne, "", ECARTEE) for rang in range(2, 8) for colonne in TEXTES_LIBRES],
            contrats=[dict.fromkeys(map(str, TEXTES_LIBRES))] * 6,
        ),
    ),
    Faute(
        "declared columns: a name is set aside from codes and kept in texts, a shape of a person from both",
        export(ligne(1, regime="Martin", lot="Martin", vague="A"), ligne(2, regime=COURRIEL, lot=NIR, vague=TELEPHONE)),
        Lu(
            2,
            anomalies=[
                *((2, colonne, "", ECARTEE) for colonne in ("lot", "vague")),
                *((3, colonne, "", ECARTEE) for colonne in ("lot", "regime", "vague")),
            ],
            contrats=[
                {"regime": "Martin", "lot": None, "vague": None},
                {"regime": None, "lot": None, "vague": None},
            ],
        ),
        config='[colonnes_supplementaires]\nregime = "texte"\nlot = "code"\nvague = "numero"',
    ),
    Faute(
        "blanks that a code loses hide neither a telephone nor a NIR nor an INE",
        export(
            *(
                ligne(rang, naf=forme)
                for rang, forme in enumerate(
                    (
                        TELEPHONE.replace(" ", "\u00a0"),
                        TELEPHONE.replace(" ", "\u202f"),
                        TELEPHONE.replace(" ", "  "),
                        NIR.replace(" ", "\u00a0"),
                        "543210 123 ZQ",
                    ),
                    1,
                )
            )
        ),
        Lu(
            5,
            anomalies=[(rang, "naf", "", ECARTEE) for rang in range(2, 7)],
            contrats=[{"naf": None}] * 5,
        ),
    ),
    Faute(
        "no-break spaces hide neither a telephone nor a NIR in a free text nor in a header",
        export(
            ligne(
                1, intituleouqualification=TELEPHONE.replace(" ", "\u00a0"), **{TELEPHONE.replace(" ", "\u00a0"): ""}
            ),
            ligne(2, intituleouqualification=NIR.replace(" ", "\u202f")),
        ),
        Lu(
            2,
            anomalies=[(rang, "intituleouqualification", "", ECARTEE) for rang in (2, 3)],
            contrats=[{"intituleouqualification": None}] * 2,
            fichier={"colonnes_ignorees": [NON_MONTRE]},
        ),
    ),
    Faute(
        "a date with a time is a date",
        export(ligne(1, naf="1990-03-15T00:00:00", intituleouqualification="né le 1990-03-15T00:00:00")),
        Lu(
            1,
            anomalies=[(2, "intituleouqualification", "", ECARTEE), (2, "naf", "", ECARTEE)],
            contrats=[{"naf": None, "intituleouqualification": None}],
        ),
    ),
    Faute(
        "a date that is set aside is not shown, whatever its year: apprentices are born after 2000 too",
        export(ligne(1, naf="15/03/2004"), ligne(2, codediplome="2004-03-15")),
        Lu(2, [(3, "codediplome", "", ECARTEE)], [(2, "naf", "", ECARTEE)], contrats=[{"naf": None}]),
    ),
    Faute(
        "the exchange layout: a telephone for a SIRET",
        export(apprenant(1, siret_employeur=TELEPHONE, etablissement_formateur_siret="Martin")),
        Lu(
            1,
            anomalies=[
                (2, "etablissement_formateur_siret", "", ECARTEE),
                (2, "siret_employeur", "", ECARTEE),
            ],
            contrats=[{"siret": None, "siretemployeur": None}],
        ),
    ),
    Faute(
        "the number of a workbook's cell may be a NIR",
        Classeur({"Export": feuille({**TYPEE, "siret": 291037512345645, "naf": date(1990, 3, 15)})}),
        Lu(
            1,
            anomalies=[(2, "naf", "", ECARTEE), (2, "siret", "", ECARTEE)],
            contrats=[{"siret": None, "naf": None}],
        ),
        fichier=XLSX,
    ),
    Faute(
        "follow-up: a name or a NIR for a key, a shape of a person in a text, a name in a code",
        export(ligne(1)),
        Lu(
            1,
            contrats=[{"situation": None, "diplomeentree": "Martin"}],
            suivi=Lu(
                3,
                [(3, "nocontrat", "", ECARTEE), (4, "nocontrat", "", ECARTEE)],
                [(2, "codemotifrupture", "", ECARTEE), (2, "situation", "", ECARTEE)],
            ),
        ),
        suivi="nocontrat;situation;diplomeentree;codemotifrupture\n"
        f"075202109NC###1;{COURRIEL};Martin;Martin\nMartin;CAP;CAP;1\n{NIR};CAP;CAP;1\n",
    ),
]

MONT = "11111111100002"  # the SIRETs of the referential: a CFA, and a UFA of another
VALLEE = "11111111100003"
UAI_VIDES = [
    Faute(
        "an empty UAI, however it is empty, is that of the CFA of the SIRET",
        export(
            ligne(1, uaicfa="", siret=MONT),
            ligne(2, uaicfa="NULL", siret=VALLEE),
            ligne(3, uaicfa="0", siret="111 111 111 00002.0"),
            ligne(4, uaicfa=" ", siret=f'"=""{MONT}"""'),
            ligne(5, siret=MONT),
        ),
        Lu(
            5,
            contrats=[{"uaicfa": uai} for uai in ("0010002B", "0010001A", "0010002B", "0010002B", "0010001A")],
            fichier={"uai_du_referentiel": 4},
        ),
    ),
    Faute(
        "failing the SIRET of the site, that of the CFA",
        export(
            ligne(1, uaicfa="", siretcfa=MONT),
            ligne(2, uaicfa="", siret="99999999900011", siretcfa=VALLEE),
            ligne(3, uaicfa="", siret=VALLEE, siretcfa=MONT),
        ),
        Lu(
            3,
            contrats=[{"uaicfa": "0010002B"}, {"uaicfa": "0010001A"}, {"uaicfa": "0010001A"}],
            fichier={"uai_du_referentiel": 3},
        ),
    ),
    Faute(
        "only where neither is known is the row rejected; a UAI that is unreadable is not empty",
        export(
            ligne(1, uaicfa="", siret="99999999900011"),
            ligne(2, uaicfa="-"),
            ligne(3, uaicfa="1,00E+07", siret=MONT),
            ligne(4, uaicfa="", siret="1,11E+13", siretcfa=MONT),
        ),
        Lu(
            4,
            [(2, "uaicfa", "", ABSENTE), (3, "uaicfa", "", ABSENTE), (4, "uaicfa", "1,00E+07", DETRUITE)],
            [(5, "siret", "1,11E+13", DETRUITE)],
            contrats=[{"uaicfa": "0010002B"}],
            fichier={"uai_du_referentiel": 1},
        ),
    ),
    Faute(
        "a rejected row with an empty UAI is not counted among them",
        export(ligne(1, uaicfa="", siret=MONT, datefincontrat=""), ligne(2)),
        Lu(2, [(2, "datefincontrat", "", ABSENTE)], fichier={"uai_du_referentiel": 0}),
    ),
    Faute(
        "exchange layout: an empty UAI is that of the CFA of the SIRET",
        export(
            apprenant(1, etablissement_formateur_uai="", etablissement_formateur_siret=MONT, **SECOND),
            apprenant(2, etablissement_formateur_uai="", etablissement_formateur_siret="99999999900011"),
        ),
        Lu(
            2,
            [(3, "etablissement_formateur_uai", "", ABSENTE)],
            contrats=[{"uaicfa": "0010002B"}, {"uaicfa": "0010002B"}],
            fichier={"uai_du_referentiel": 2},
        ),
    ),
]

AUTRE = "Autre libellé"
LIBELLES = [
    Faute(
        "motifs that motifs.csv does not know, a name or a telephone in them or not, are listed and never shown",
        export(
            *one_each("motifexprime", "ABANDON.", "Mésentente avec Mme Durand", TELEPHONE, "", "AUTRE", "n° 3", "NULL")
        ),
        Lu(
            7,
            anomalies=[(rang, "motifexprime", "", INCONNU) for rang in (3, 4, 6, 7)],
            contrats=[{"motifexprime": motif} for motif in ("Abandon", AUTRE, AUTRE, None, AUTRE, AUTRE, None)],
        ),
    ),
    Faute(
        "a motif of one list is unknown to the other, and each column is told",
        export(
            ligne(1, motifexprime="Départ volontaire", motifvalide="Abandon"),
            ligne(2, motifexprime="abandon", motifvalide="DÉPART  VOLONTAIRE"),
        ),
        Lu(
            2,
            anomalies=[(2, "motifexprime", "", INCONNU), (2, "motifvalide", "", INCONNU)],
            contrats=[
                {"motifexprime": AUTRE, "motifvalide": AUTRE},
                {"motifexprime": "Abandon", "motifvalide": "Départ volontaire"},
            ],
        ),
    ),
    Faute(
        "an unknown motif on a rejected row is in the list of rejects only",
        export(ligne(1, motifexprime="Autre", datefincontrat=""), ligne(2, motifexprime="Autre")),
        Lu(2, [(2, "datefincontrat", "", ABSENTE)], [(3, "motifexprime", "", INCONNU)]),
    ),
    Faute(
        "the exchange layout: unknown causes, under the header of their contract",
        export(
            apprenant(1, contrat_date_rupture="2022-01-15", cause_rupture_contrat="Départ volontaire")
            | SECOND
            | {"contrat_date_rupture_2": "2022-06-15", "cause_rupture_contrat_2": "Rupture anticipée"}
        ),
        Lu(
            1,
            anomalies=[(2, "cause_rupture_contrat_2", "", INCONNU)],
            contrats=[{"motifvalide": "Départ volontaire"}, {"motifvalide": AUTRE}],
        ),
    ),
    Faute(
        "follow-up: a motif that motifs.csv does not know",
        export(ligne(1, motifexprime="Abandon"), ligne(2)),
        Lu(
            2,
            contrats=[{"motifexprime": AUTRE}, {"motifexprime": "Abandon"}],
            suivi=Lu(2, anomalies=[(2, "motifexprime", "", INCONNU)]),
        ),
        suivi="nocontrat;motifexprime\n075202109NC###1;Démission\n075202109NC###2;Abandon\n",
    ),
]

FAUTES = [
    *ENCODAGES,
    *DIALECTES,
    *DATES,
    *VALEURS,
    *TABLEUR,
    *LIGNES,
    *TOTAUX,
    *GUILLEMETS,
    *COLLES,
    *ENTETES,
    *FICHIERS,
    *CLASSEURS,
    *ECHANGE,
    *INTERFACE,
    *SUIVI,
    *PERSONNES,
    *UAI_VIDES,
    *LIBELLES,
]
