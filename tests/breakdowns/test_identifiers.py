"""No query gives back an identifier, whatever the turn of phrase; honest uses of identifiers run."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.models import file
from pipeline.models.vetting import vet
from tests.breakdowns.corpus import MODELE
from tests.support import glossary

ENTETE = MODELE[: MODELE.index("*/") + 3]
RENOMME = "entre dans un calcul ou change de nom"
LIGNE = "désigne toute une ligne de cette table"
PLACES = "renomme les colonnes d'une table"


def vetted(tmp_path: Path, requete: str) -> None:
    chemin = tmp_path / "par_essai.sql"
    chemin.write_text(f"{ENTETE}{requete}\n", encoding="utf-8")
    vet(file.parse(chemin, "ventilations", glossary()))


@pytest.mark.parametrize(
    "requete",
    [
        "select annee, count(distinct id_apprenti) as n from core.inscriptions group by annee order by annee",
        "with a as (select annee, id_contrat from core.inscriptions), b as (select * from core.ruptures_brutes) "
        "select a.annee, count(*) as n from a inner join b on a.id_contrat = b.id_contrat group by all order by annee",
        "with a as (select *, row_number() over (partition by id_apprenti order by date_debut) as rang "
        "from core.inscriptions) select annee, count(*) as n from a where rang = 1 group by annee order by all",
        "with a as (select annee, id_contrat from core.inscriptions union all select annee, id_contrat "
        "from core.ruptures_brutes) select annee, count(*) as n from a anti join core.contrats using (id_contrat) "
        "group by annee order by annee, n desc",
        "with a as (select * from core.inscriptions), n as (select annee, structure, count(*) as n from a group by "
        "all), "
        "b as (select annee, structure, 0 as n from core.ruptures_brutes), t as (select * from n union all select * "
        "from b) select annee, structure, sum(n) as n from t group by all order by annee, structure",
        "select * from (values (1, 'a'), (2, 'b')) as t (rang, nom) order by rang",
        "select annee, mois from core.annees, unnest([1, 2]) as u(mois) order by annee, mois",
        "with recursive m(n) as (select 1 union all select n + 1 from m where n < 3) select n from m order by n",
        "with a as (select * exclude (id_apprenti) from core.inscriptions) select annee from a order by annee",
        "select annee, ruptures_brutes from (select annee, count(*) as ruptures_brutes from core.ruptures_brutes "
        "group by annee) order by annee",
    ],
)  # fmt: skip
def test_honest_uses_run(tmp_path: Path, requete: str) -> None:
    vetted(tmp_path, requete)


@pytest.mark.parametrize(
    ("requete", "phrase"),
    [
        ("select annee, id_apprenti as n from core.inscriptions order by annee", RENOMME),
        ("select annee, i.id_apprenti n from core.inscriptions as i order by annee", RENOMME),
        ('select annee, "ID_APPRENTI" as z from core.inscriptions order by annee', RENOMME),
        ("from core.inscriptions select id_apprenti as z order by z", RENOMME),
        ("select annee, id_apprenti + 0 as n from core.inscriptions order by annee", RENOMME),
        ("select annee, min(id_apprenti) as n from core.inscriptions group by annee order by annee", RENOMME),
        ("select annee, any_value(id_contrat) as n from core.inscriptions group by annee order by annee", RENOMME),
        ("select annee, list(id_contrat) as n from core.inscriptions group by annee order by annee", RENOMME),
        ("select annee, histogram(id_apprenti) as n from core.inscriptions group by annee order by annee", RENOMME),
        ("select annee, min_by(structure, id_apprenti) as s from core.inscriptions group by annee order by annee",
         RENOMME),
        ("select annee, md5(nocontrat) as n from core.contrats order by annee", RENOMME),
        ("select annee, case when id_apprenti = 42 then 1 end as n from core.inscriptions order by annee", RENOMME),
        ("select annee, {'a': id_apprenti} as n from core.inscriptions order by annee", RENOMME),
        ("select annee, row(id_apprenti) as n from core.inscriptions order by annee", RENOMME),
        ("select annee, (i).id_apprenti as n from core.inscriptions as i order by annee", RENOMME),
        ("select annee, apprenti(id_apprenti, null) as n from core.inscriptions order by annee", RENOMME),
        ("select annee, (select id_apprenti from core.inscriptions limit 1) as n from core.annees order by annee",
         RENOMME),
        ("select annee, n from (select annee, id_apprenti as n from core.inscriptions) order by annee", RENOMME),
        ("select annee, x from core.inscriptions, lateral (values (id_apprenti)) as v(x) order by x", RENOMME),
        ("select annee, x from core.inscriptions, lateral (select id_apprenti) as v(x) order by x", RENOMME),
        ("select annee, v.x from core.inscriptions cross join unnest([id_apprenti]) as v(x) order by x", RENOMME),
        ("select * replace (id_contrat::varchar as annee) from core.inscriptions order by annee", RENOMME),
        ("select * rename (id_apprenti as x) from core.inscriptions order by x", RENOMME),
        ("select annee::varchar as a from core.annees union all select id_contrat from core.inscriptions order by a",
         RENOMME),
        ("select to_json(i) as j from core.inscriptions as i order by j", LIGNE),
        ("select i::varchar as j from core.inscriptions as i order by j", LIGNE),
        ("select i['id_apprenti'] as x from core.inscriptions as i order by x", LIGNE),
        ("select list(i) as l from core.inscriptions as i order by l", LIGNE),
        ("select struct_extract(inscriptions, 'id_apprenti') as n from core.inscriptions order by n", LIGNE),
        ("select annee, (select i from core.inscriptions as i limit 1) as z from core.annees order by annee", LIGNE),
        ("with c(n) as (select id_apprenti from core.inscriptions) select n from c order by n", PLACES),
        ("with t(annee, n) as (from core.inscriptions) select annee, n from t order by annee", PLACES),
        ("select n from (select * from core.inscriptions) as t(n) order by n", PLACES),
        ("select annee, n from core.inscriptions as x(annee, n) order by annee", PLACES),
        ("with a as (select annee, structure from core.inscriptions), b as (select annee, id_contrat from "
         "core.ruptures_brutes) select * from a union all select * from b order by all", "changeraient de nom"),
        ("with b as (select annee, id_contrat from core.ruptures_brutes) select annee, structure from "
         "core.inscriptions "
         "union all select * from b order by all", "changeraient de nom"),
        ("select min(columns('id_.*')) from core.inscriptions order by all", "« columns » entre dans un calcul"),
        ("select columns('id_apprenti') as n from core.inscriptions order by n", "« columns » entre dans un calcul"),
        ("select * from core.inscriptions unpivot (v for k in (filiere, diplome)) order by v",
         "« unpivot » est refusé"),
        ("select * from (summarize core.inscriptions) order by all", "« summarize » est refusé"),
        ("select #1 as n from core.inscriptions order by n", "une colonne est nommée par son rang"),
    ],
)  # fmt: skip
def test_an_identifier_never_comes_out_under_another_name(tmp_path: Path, requete: str, phrase: str) -> None:
    with pytest.raises(UsageError) as erreur:
        vetted(tmp_path, requete)
    assert phrase in erreur.value.message
    assert erreur.value.ligne == ENTETE.count("\n") + 1
