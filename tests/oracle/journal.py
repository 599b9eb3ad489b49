"""The measures of the journal of support a second time, in plain Python: windows, delays, what is not followed yet."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

ISSUES = {"Nouveau contrat", "Scolaire", "Emploi", "Abandon"}


@dataclass(frozen=True)
class Contract:
    """A contract as it is known: `nette` is the year of which it is the net rupture, `rompu` that of its rupture, net
    or not; `suite` the first day of the next contract."""

    numero: str
    uai: str
    debut: date
    fin: date
    rupture: date | None
    jour_inconnu: bool
    nette: str | None
    rompu: str | None
    suite: date | None


@dataclass(frozen=True)
class Trace:
    """A line of a journal, extracted on `livre`."""

    numero: str
    jour: date
    action: str
    resultat: str
    livre: date


def plus_mois(jour: date, mois: int) -> date:
    """So many months later, cut to the month's end."""
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    return date(annee, rang + 1, min(jour.day, calendar.monthrange(annee, rang + 1)[1]))


@dataclass(frozen=True)
class Share:
    suivis: int
    traces: int


def result(lignes: Iterable[Trace]) -> str:
    """Of two results of one action: the latest delivery, then the greatest; an empty one never wins over another."""
    dits = [(t.livre, t.resultat) for t in lignes if t.resultat]
    return max(dits)[1] if dits else ""


class Journal:
    """What the lines of the journals say of these contracts."""

    def __init__(self, contrats: Sequence[Contract], lignes: Sequence[Trace]):
        self.contrats = contrats
        par_numero = {c.numero: c for c in contrats}
        connues = [t for t in lignes if t.numero in par_numero]
        faites = [t for t in connues if t.jour <= t.livre]
        reunies: dict[tuple[str, date, str], list[Trace]] = {}
        for trace in faites:
            reunies.setdefault((trace.numero, trace.jour, trace.action), []).append(trace)
        self.traces: dict[str, list[tuple[date, str, str]]] = {}
        for (numero, jour, action), siennes in reunies.items():
            self.traces.setdefault(numero, []).append((jour, action, result(siennes)))
        self.depuis = min((t.jour for t in faites if t.jour >= par_numero[t.numero].debut), default=date.max)
        derniere = max((t.livre for t in lignes), default=date.min)
        self.jusqu_au = {
            c.uai: max((t.livre for t in connues if par_numero[t.numero].uai == c.uai), default=derniere)
            for c in contrats
        }

    def of(self, contrat: Contract, du: date, au: date, actions: Iterable[str] = ()) -> list[tuple[date, str, str]]:
        """The traces of a contract from one day to another, in order, of some actions or of all."""
        voulues = set(actions)
        au = min(au, self.jusqu_au[contrat.uai])
        siennes = self.traces.get(contrat.numero, [])
        return sorted(t for t in siennes if du <= t[0] <= au and (not voulues or t[1] in voulues))

    def shares(self, annee: str, uai: str, fenetre: tuple[date, date]) -> dict[str, Share]:
        """Measure → cases followed long enough, cases with a trace; those of no case left out."""
        vus: dict[str, list[bool]] = {}
        for c in self.contrats:
            if c.uai == uai:
                self.judge_rupture(c, annee, vus)
                self.judge_visits(c, fenetre, vus)
        return {nom: Share(len(cas), sum(cas)) for nom, cas in vus.items()}

    def judge_rupture(self, c: Contract, annee: str, vus: dict[str, list[bool]]) -> None:
        jusque = self.jusqu_au[c.uai]
        if c.nette != annee or c.rupture is None or c.jour_inconnu or c.rupture < self.depuis:
            return
        fin = plus_mois(c.rupture, 6) - timedelta(1)
        for delai in (15, 30):
            if jusque >= c.rupture + timedelta(delai):
                trouvees = self.of(c, c.rupture, c.rupture + timedelta(delai))
                vus.setdefault(f"Trace dans les {delai} jours", []).append(bool(trouvees))
        if jusque >= c.rupture + timedelta(45):
            locales = self.of(c, c.rupture, c.rupture + timedelta(45), ["Mission locale"])
            vus.setdefault("Mission locale dans les 45 jours", []).append(any(t[2] != "Refusé" for t in locales))
        if jusque >= fin:
            close = any(t[2] in ISSUES for t in self.of(c, c.rupture, fin))
            vus.setdefault("Six mois clos avec une issue", []).append(close)
            repris = c.suite is not None and c.suite <= fin
            nom = "Six mois clos avec une issue, ou un contrat vu dans les exports"
            vus.setdefault(nom, []).append(close or repris)
        if jusque >= c.rupture:
            avant = self.of(c, c.debut, c.rupture - timedelta(1), ["Contact", "Visite", "Médiation"])
            vus.setdefault("Contact, visite ou médiation avant la rupture", []).append(bool(avant))

    def judge_visits(self, c: Contract, fenetre: tuple[date, date], vus: dict[str, list[bool]]) -> None:
        premiers = (c.debut, plus_mois(c.debut, 2) - timedelta(1))
        derniers = (plus_mois(c.fin, -2) + timedelta(1), c.fin)
        periodes = [("Visite dans les deux premiers mois", c.debut, premiers, (c.rupture or c.fin) >= premiers[1])]
        periodes.append(("Visite dans les deux derniers mois", c.fin, derniers, c.rupture is None))
        for nom, repere, (du, au), passee in periodes:
            dedans = fenetre[0] <= repere <= fenetre[1]
            if dedans and passee and du >= self.depuis and au <= self.jusqu_au[c.uai]:
                faites = [t for t in self.of(c, du, au, ["Visite"]) if t[2] not in ("Sans réponse", "Refusé")]
                vus.setdefault(nom, []).append(bool(faites))

    def delays(self, annee: str, uai: str) -> tuple[int, int, float | None]:
        """(ruptures followed 30 days with a trace, without, median delay of the first ones)."""
        delais: list[int] = []
        muettes = 0
        for c in self.contrats:
            if c.uai != uai or c.nette != annee or c.rupture is None or c.jour_inconnu or c.rupture < self.depuis:
                continue
            if self.jusqu_au[uai] < c.rupture + timedelta(30):
                continue
            trouvees = self.of(c, c.rupture, plus_mois(c.rupture, 6) - timedelta(1))
            if trouvees:
                delais.append((trouvees[0][0] - c.rupture).days)
            else:
                muettes += 1
        return len(delais), muettes, median(delais) if delais else None

    def returns(self, annee: str, uai: str, derniere: date) -> dict[bool, Share]:
        """Whether there is a trace by the 30th day → contracts broken that are still without another then, those that
        one follows before six months; exports go to `derniere`."""
        vus: dict[bool, list[bool]] = {}
        for c in self.contrats:
            if c.uai != uai or c.rompu != annee or c.rupture is None or c.jour_inconnu or c.rupture < self.depuis:
                continue
            trentieme, six_mois = c.rupture + timedelta(30), plus_mois(c.rupture, 6)
            if derniere < six_mois or self.jusqu_au[uai] < trentieme or (c.suite is not None and c.suite <= trentieme):
                continue
            retour = c.suite is not None and c.suite < six_mois
            vus.setdefault(bool(self.of(c, c.rupture, trentieme)), []).append(retour)
        return {groupe: Share(len(cas), sum(cas)) for groupe, cas in vus.items()}
