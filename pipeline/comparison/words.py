"""A comparison as a screen shows it, and as a program reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pipeline import formats
from pipeline.comparison.causes import label
from pipeline.comparison.compare import Comparison, Pair, effects
from pipeline.comparison.inputs import Difference
from pipeline.comparison.published import COMPTES
from pipeline.comparison.tables import ChangedRow, TableChange
from pipeline.models import rows

LIBELLES = {
    "ruptures_nettes": "ruptures nettes",
    "inscrits_actifs": "inscrits actifs",
    "effectif": "apprentis suivis",
    "sortis_a_terme": "sortis à terme",
}
COMPTES_DITS = tuple(LIBELLES)
# How much a screen shows; JSON gives all.
STRUCTURES, TABLES, LIGNES, DIFFERENCES, LARGEUR = 20, 15, 2, 12, 40
CODES = ("uai", "code_diplome")  # told by the label that follows them
RETRAIT = "  "


def lines(comparaison: Comparison) -> Iterator[str]:
    """What a screen shows: the network, why, what the editions were made of, structures, tables."""
    yield f"{comparaison.avant.nom} → {comparaison.apres.nom}, année {comparaison.annee}"
    yield ""
    yield from network_lines(comparaison)
    yield from cause_lines(comparaison)
    yield from input_lines(comparaison)
    yield from structure_lines(comparaison)
    yield from table_lines(comparaison)


def network_lines(comparaison: Comparison) -> Iterator[str]:
    paire = comparaison.reseau
    lignes = [("Réseau", "avant", "après", "différence")]
    for compte, libelle in LIBELLES.items():
        avant, apres = (formats.entier((ligne or {}).get(compte)) for ligne in (paire.avant, paire.apres))
        lignes.append((f"{RETRAIT}{libelle}", avant, apres, signed(paire.difference(compte))))
    avant, apres = (network_rate(ligne) for ligne in (paire.avant, paire.apres))
    ecart = "" if avant is None or apres is None else formats.points(apres - avant, 2)
    lignes.append((f"{RETRAIT}taux de rupture nette", written_rate(avant), written_rate(apres), ecart))
    yield from aligned(lignes)


def cause_lines(comparaison: Comparison) -> Iterator[str]:
    """Each cause with what it did, then their sum."""
    yield ""
    if comparaison.causes is None:
        yield comparaison.sans_causes
        return
    if not comparaison.causes:
        yield "Aucun apprenti n'est compté autrement."
        return
    lignes = [("Pourquoi", "apprentis", *(LIBELLES[compte] for compte in COMPTES_DITS))]
    for cause, effet in comparaison.causes.items():
        siens = effects(effet.total)
        lignes.append(
            (
                f"{RETRAIT}{worded(cause, comparaison)}",
                formats.entier(effet.apprentis),
                *(signed(siens[compte]) for compte in COMPTES_DITS),
            )
        )
    sommes = [sum(effects(effet.total)[compte] for effet in comparaison.causes.values()) for compte in COMPTES_DITS]
    apprentis = sum(effet.apprentis for effet in comparaison.causes.values())
    lignes.append((f"{RETRAIT}ensemble", formats.entier(apprentis), *map(signed, sommes)))
    yield from aligned(lignes)


def worded(cause: str, comparaison: Comparison) -> str:
    """A cause in words, the cut-offs said."""
    arretes = comparaison.arretes()
    if cause == "date_arrete" and None not in arretes:
        avant, apres = (formats.date_courte(date.fromisoformat(jour)) for jour in arretes if jour)
        return f"mêmes lignes, arrêté au {apres} et non au {avant}"
    return label(cause)


def input_lines(comparaison: Comparison) -> Iterator[str]:
    """What the editions were made of, as far as it differs."""
    entrees = comparaison.entrees
    arretes = comparaison.arretes()
    dates = [Difference("date d'arrêté", *(jour or "–" for jour in arretes))] if len({*arretes}) > 1 else []
    groupes = {
        "Date d'arrêté": dates, "Fichiers": entrees.fichiers, "Référentiels": entrees.referentiels,
        "Réglages": entrees.reglages, "Versions": entrees.versions, "Fichiers .sql": entrees.sql,
    }  # fmt: skip
    yield ""
    if not any(groupes.values()):
        yield "Mêmes fichiers, mêmes réglages, même version de l'outil."
        return
    yield "Ce qui diffère de l'une à l'autre"
    for titre, differences in groupes.items():
        for une in differences[:DIFFERENCES]:
            nom = "" if titre == "Date d'arrêté" else f"{une.nom} : "
            yield f"{RETRAIT}{titre} : {nom}{short(une.avant)} → {short(une.apres)}"
        if len(differences) > DIFFERENCES:
            yield f"{RETRAIT}{titre} : {rest(len(differences) - DIFFERENCES)}"


def structure_lines(comparaison: Comparison) -> Iterator[str]:
    """The structures counted otherwise, those that changed most first, with what each cause did of it."""
    changees = sorted_pairs(comparaison.structures)
    if not changees:
        return
    yield ""
    lignes = [
        (f"Structures, {len(changees)} sur {len(comparaison.structures)}", "ruptures nettes", "apprentis suivis", "")
    ]
    for paire in changees[:STRUCTURES]:
        lignes.append(
            (
                f"{RETRAIT}{paire.nom} ({paire.cle})",
                arrow(paire, "ruptures_nettes"),
                arrow(paire, "effectif"),
                reasons(paire, comparaison),
            )
        )
    yield from aligned(lignes, textes=(0, 3))
    if len(changees) > STRUCTURES:
        yield f"{RETRAIT}{rest(len(changees) - STRUCTURES)}"


def sorted_pairs(paires: Iterable[Pair]) -> list[Pair]:
    """Those that changed, the largest changes first."""
    changees = [paire for paire in paires if paire.est_changee]
    return sorted(changees, key=lambda p: -max(abs(p.difference(compte)) for compte in COMPTES))


def reasons(paire: Pair, comparaison: Comparison) -> str:
    """'date d'arrêté : ruptures nettes −5, inscrits actifs +5 ; …' of one structure."""
    dites = []
    for cause, effet in (comparaison.causes or {}).items():
        siens = effects(effet.selon_structure.get(paire.cle, {}))
        comptes = [f"{LIBELLES[c]} {signed(siens[c])}" for c in COMPTES_DITS if c != "effectif" and siens[c]]
        if comptes:
            dites.append(f"{label(cause)} : {', '.join(comptes)}")
    return " ; ".join(dites)


def table_lines(comparaison: Comparison) -> Iterator[str]:
    """The tables in which the year changed, the largest changes first."""
    annee = comparaison.annee
    de_l_annee = sorted(
        (une for une in comparaison.tables if une.of_year(annee)), key=lambda une: une.weight(annee), reverse=True
    )
    communes = len(comparaison.apres.tables) - len(comparaison.nouvelles)
    yield ""
    yield f"Tables, {len(de_l_annee)} sur {communes} changées en {annee}"
    yield from aligned([table_line(une, annee, comparaison) for une in de_l_annee[:TABLES]], textes=(0, 1, 2))
    if len(de_l_annee) > TABLES:
        yield f"{RETRAIT}{rest(len(de_l_annee) - TABLES)}"
    ailleurs = sum(not une.of_year(annee) for une in comparaison.tables)
    if ailleurs:
        yield f"{RETRAIT}changées pour d'autres années seulement, ou par leurs colonnes : {ailleurs}"
    for quoi, noms in (("nouvelles", comparaison.nouvelles), ("disparues", comparaison.disparues)):
        if noms:
            yield f"{RETRAIT}{quoi} : {', '.join(noms)}"


def table_line(table: TableChange, annee: str, comparaison: Comparison) -> tuple[str, str, str]:
    """Its name, how many rows changed, the largest changes."""
    lignes, mesure = table.of_year(annee), table.measure(annee)
    grandes = sorted(lignes, key=lambda ligne: -abs(ligne.difference(mesure)))[:LIGNES] if mesure else []
    dites = [f"{row_name(table, ligne)} {row_arrow(ligne, mesure)}" for ligne in grandes if ligne.difference(mesure)]
    suite = ", …" if len(lignes) > len(dites) and dites else ""
    quoi = f"{mesure} : {', '.join(dites)}{suite}" if dites else "ni compte ni montant entier"
    if any(une.nom == f"ventilations/{table.nom}.sql" for une in comparaison.entrees.sql):
        quoi = f"fichier .sql changé ; {quoi}"
    return f"{RETRAIT}{table.nom}", f"{len(lignes)} sur {max(table.nombres.get(annee, 0), len(lignes))}", quoi


def row_name(table: TableChange, ligne: ChangedRow) -> str:
    """What tells a row, a code's label in its place."""
    valeurs, colonnes = ligne.apres or ligne.avant or {}, table.colonnes
    dits: dict[str, None] = {}
    for rang, nom in enumerate(colonnes):
        if nom not in (table.cle or colonnes[:3]) or nom == "annee":
            continue
        suivante = valeurs[colonnes[rang + 1]] if nom in CODES and rang + 1 < len(colonnes) else None
        dits[suivante if isinstance(suivante, str) else formats.FORMATS.get(nom, formats.texte)(valeurs[nom])] = None
    return short(" / ".join(dits), LARGEUR)


def row_arrow(ligne: ChangedRow, mesure: str) -> str:
    """'120 → 110'."""
    return " → ".join(formats.entier(0 if un is None else un[mesure] or 0) for un in (ligne.avant, ligne.apres))


def arrow(paire: Pair, compte: str) -> str:
    """'30 → 25', or the number alone where it is the same."""
    avant, apres = (formats.entier((ligne or {}).get(compte) or 0) for ligne in (paire.avant, paire.apres))
    return avant if avant == apres else f"{avant} → {apres}"


def network_rate(ligne: Mapping[str, Any] | None) -> float | None:
    """The rate of a row of the network's; None where it means nothing."""
    if not ligne or ligne["effectif"] < formats.EFFECTIF_MIN:
        return None
    return ligne["ruptures_nettes"] / ligne["effectif"]


def written_rate(taux: float | None) -> str:
    """That rate as printed."""
    return formats.NON_SIGNIFICATIF if taux is None else formats.pourcentage(taux, 2)


def signed(nombre: int) -> str:
    """'+5', '−5', '0'."""
    return formats.entier(nombre) if nombre == 0 else f"{'−' if nombre < 0 else '+'}{formats.entier(abs(nombre))}"


def short(texte: str, largeur: int = 60) -> str:
    """A text, cut where it is long."""
    return texte if len(texte) <= largeur else f"{texte[: largeur - 1]}…"


def rest(nombre: int) -> str:
    """What is not shown."""
    return f"et {formats.plural(nombre, 'autre', 'autres')} (--format json les donne)"


def aligned(lignes: Sequence[Sequence[str]], textes: Iterable[int] = (0,)) -> Iterator[str]:
    """Rows in columns, numbers to the right."""
    yield from rows.aligned(lignes, [rang not in textes for rang, _ in enumerate(lignes[0] if lignes else ())])


def to_json(comparaison: Comparison) -> str:
    """All of it, for a program."""
    return rows.to_json(rows.plain(as_values(comparaison)))


def as_values(comparaison: Comparison) -> dict[str, Any]:
    """All of it in lists and dictionaries."""
    editions = {
        nom: {
            "edition": edition.nom, "annee": edition.annee, "arrete_au": edition.manifeste.get("arrete_au"),
            "manifeste_sha256": edition.empreinte,
        }
        for nom, edition in (("avant", comparaison.avant), ("apres", comparaison.apres))
    }  # fmt: skip
    causes = comparaison.causes
    return {
        **editions,
        "annee": comparaison.annee,
        "reseau": [pair_values(paire) for paire in comparaison.annees],
        "pourquoi_absent": comparaison.sans_causes or None,
        "causes": None if causes is None else [
            {
                "cause": cause,
                "libelle": worded(cause, comparaison),
                "apprentis": effet.apprentis,
                **effects(effet.total),
                "selon_structure": [{"uai": uai, **effects(siens)} for uai, siens in effet.selon_structure.items()],
            }
            for cause, effet in causes.items()
        ],
        "entrees": {
            nom: [vars(une) for une in getattr(comparaison.entrees, nom)]
            for nom in ("fichiers", "referentiels", "reglages", "versions", "sql")
        },
        "structures": [
            {"uai": paire.cle, "structure": paire.nom, **pair_values(paire)}
            for paire in comparaison.structures
            if paire.est_changee
        ],
        "tables": [table_values(table) for table in comparaison.tables],
        "tables_nouvelles": comparaison.nouvelles,
        "tables_disparues": comparaison.disparues,
    }  # fmt: skip


def pair_values(paire: Pair) -> dict[str, Any]:
    return {"annee": (paire.apres or paire.avant or {})["annee"], "avant": paire.avant, "apres": paire.apres}


def table_values(table: TableChange) -> dict[str, Any]:
    """What changed in a table, rows by their key."""
    return {
        "table": table.nom,
        "cle": list(table.cle),
        "colonnes_ajoutees": list(table.ajoutees),
        "colonnes_retirees": list(table.retirees),
        "ajoutees": [ligne.apres for ligne in table.lignes if ligne.avant is None],
        "retirees": [ligne.avant for ligne in table.lignes if ligne.apres is None],
        "changees": [
            {"avant": ligne.avant, "apres": ligne.apres}
            for ligne in table.lignes
            if None not in (ligne.avant, ligne.apres)
        ],
    }
