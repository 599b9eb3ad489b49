"""Wrong breakdown files: what is changed in the guide's own file, where and how the run is refused.

The tables read as the specification: a line each, (name, what is replaced, by what, sentence). The line of the error
is that of the first line replaced unless a third text says where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.paths import RACINE

NOM = "par_taille_entreprise"
GUIDE = (RACINE / "docs/ajouter-une-ventilation.md").read_text(encoding="utf-8")
MODELE = re.search(r"```sql\n(.*?)```", GUIDE, re.DOTALL)[1]  # type: ignore[index]
DEBUT = 3  # line where the header's YAML starts
SELECT = "select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))"
FINAL = f"{SELECT}\nfrom comptes\nwhere effectif > 0"
MESURES = "        unnest(mesures(statut))\n"


@dataclass(frozen=True)
class Fault:
    """A wrong file: the line that the message must name (None: none) and the sentence it must start with."""

    nom: str
    texte: str
    ligne: int | None
    phrase: str
    code: int


def fault(nom: str, avant: str, apres: str, phrase: str, repere: str | int | None = "", code: int = 2) -> Fault:
    """The guide's file with `avant` replaced; `repere` is a text of the line named, or that line."""
    assert MODELE.count(avant) >= 1, f"{nom} : « {avant} » n'est pas dans le guide"
    texte = MODELE.replace(avant, apres, 1)
    if not isinstance(repere, str):
        return Fault(nom, texte, repere, phrase, code)
    ligne = texte[: texte.index(repere or apres.split("\n", maxsplit=1)[0])].count("\n") + 1
    return Fault(nom, texte, ligne, phrase, code)


def whole(nom: str, texte: str, phrase: str, ligne: int | None, code: int = 2) -> Fault:
    """A file of its own."""
    return Fault(nom, texte, ligne, phrase, code)


def body(nom: str, requete: str, phrase: str, ligne: int | None = None, code: int = 2) -> Fault:
    """The guide's header, then another query; `ligne` counts from the query's first line."""
    entete = MODELE[: MODELE.index("*/") + 3]
    debut = entete.count("\n")
    return Fault(nom, f"{entete}{requete}\n", ligne and debut + ligne, phrase, code)


def query(nom: str, final: str, phrase: str, repere: str | int | None = "", code: int = 2) -> Fault:
    """The guide's file with its last query named `final`, then this one; `repere` as above, by default its line."""
    nommee = FINAL.replace("\n", "\n    ")
    repere = final.split("\n", maxsplit=1)[0] if repere == "" else repere
    return fault(nom, f")\n\n{FINAL}", f"),\n\nfinal as (\n    {nommee}\n)\n\n{final}", phrase, repere, code)


ENTETE = [
    whole("vide", "", "l'en-tête manque ou n'est pas fermé. Commencez le fichier par /*", 1),
    whole("sans_entete", "select 1 as annee order by annee", "l'en-tête manque", 1),
    fault("entete_non_ferme", "---\n*/", "*/", "l'en-tête manque ou n'est pas fermé", 1),
    fault("commentaire_dans_l_entete", "ordre: 30", "ordre: 30 /* provisoire */", "un commentaire s'ouvre ou se ferme"),
    fault("yaml_crochet", "cle: [taille_entreprise]", "cle: [taille_entreprise", "l'en-tête n'est pas du YAML",
          "colonnes:"),
    fault("yaml_tabulation", "  type: points", "\ttype: points", "l'en-tête n'est pas du YAML valable"),
    fault("yaml_deux_points", "description: Apprentis suivis et", "description: Apprentis suivis : et",
          "l'en-tête n'est pas du YAML valable"),
    fault("liste_au_lieu_de_cles", MODELE[MODELE.index("titre") : MODELE.index("---\n*/")], "- titre\n",
          "l'en-tête n'a pas de clés. Clés : description", 3),
    fault("cle_double", "ordre: 30", "ordre: 30\nordre: 40", "la clé « ordre » est donnée deux fois, déjà ligne 6",
          "ordre: 40"),
    fault("cle_double_dans_colonnes", "  effectif:", "  taille_entreprise: {libelle: Taille}\n  effectif:",
          "la clé « taille_entreprise » est donnée deux fois, déjà ligne 9", "  taille_entreprise: {libelle: Taille}"),
    fault("cle_inconnue", "titre: Taille", "titer: Taille", "clé inconnue « titer » (le plus proche : « titre »)"),
    fault("cle_inconnue_dans_une_colonne", "format: entier", "formt: entier",
          "clé inconnue « colonnes.effectif.formt » (le plus proche : « format »). Clés possibles ici : "
          "libelle, format", "  effectif: {"),
    fault("controle_inconnu", "- entre:", "- entres:",
          "clé inconnue « controles.0.entres » (le plus proche : « entre »)"),
    fault("cle_absente", "titre: Taille de l'entreprise\n", "", "la clé « titre » manque. Ajoutez-la.", 3),
    fault("ordre_en_lettres", "ordre: 30", "ordre: trente",
          "clé « ordre » : valeur refusée. Il faut un nombre entier."),
    fault("titre_vide", "titre: Taille de l'entreprise", "titre: ''",
          "clé « titre » : valeur refusée. Il faut un texte d'au moins 1 lettre."),
    fault("titre_en_nombre", "titre: Taille de l'entreprise", "titre: 2022",
          "clé « titre » : valeur refusée. Il faut un texte, entre guillemets"),
    fault("format_inconnu", "format: entier", "format: nombre",
          "clé « colonnes.effectif.format » : valeur refusée. Valeurs possibles : 'texte', 'entier'", "  effectif: {"),
    fault("colonnes_en_texte", MODELE[MODELE.index("colonnes:") : MODELE.index("descriptions:")],
          "colonnes: effectif\n", "clé « colonnes » : valeur refusée. Il faut des clés et leurs valeurs."),
    fault("colonne_de_liste_sans_nom", MODELE[MODELE.index("colonnes:") : MODELE.index("descriptions:")],
          "colonnes: [effectif, [taux]]\n", "clé « colonnes » : valeur refusée. Il faut des clés et leurs valeurs."),
    fault("colonne_deux_fois_dans_la_liste", MODELE[MODELE.index("colonnes:") : MODELE.index("descriptions:")],
          "colonnes: [effectif, effectif]\n", "clé « colonnes » : valeur refusée."),
    fault("colonne_sans_libelle", "  taille_entreprise: {libelle: Salariés de l'employeur}\n", "  taille_entreprise:\n",
          "la clé « colonnes.taille_entreprise.libelle » manque. Ajoutez-la."),
    fault("a_nommer", "titre: Taille de l'entreprise", "titre: À nommer",
          "« À nommer » reste à remplacer. Écrivez à sa place le nom à imprimer."),
    fault("a_nommer_dans_une_colonne", "libelle: Salariés de l'employeur", "libelle: À nommer",
          "« À nommer » reste à remplacer", "  taille_entreprise: {"),
    fault("cle_manquante", "cle: [taille_entreprise]\n", "", "la clé « cle » manque. Ajoutez-la.", 3),
    fault("cle_vide", "cle: [taille_entreprise]", "cle: []", "clé « cle » : valeur refusée. Il faut une liste d'au"),
    fault("total_inconnu", "total: reseau", "total: region", "clé « total » : valeur refusée. Valeurs possibles : "
          "'reseau', 'cfa'."),
    fault("total_de_cfa_sans_uai", "total: reseau", "total: cfa",
          "« total: cfa » demande de quel CFA est chaque ligne. Ajoutez uai à cle."),
    fault("total_de_rien", "  effectif: {libelle: Apprentis suivis, format: entier}\n  ruptures_nettes:\n", "",
          "« total: reseau » n'a rien à additionner dans colonnes. Imprimez une de ces colonnes : ruptures_nettes,",
          "total:"),
    fault("lignes_max_nul", "ordre: 30", "ordre: 30\nlignes_max: 0",
          "clé « lignes_max » : valeur refusée. Il faut au moins 1.", "lignes_max"),
    fault("section_inconnue", "section: parcours", "section: parcour",
          "section inconnue « parcour » (le plus proche : « parcours »). Sections de config.toml :"),
    fault("libelle_double", "libelle: Apprentis suivis", "libelle: Ruptures nettes",
          "deux colonnes ont le libellé « Ruptures nettes »"),
    fault("sans_dimension", "  taille_entreprise: {libelle: Salariés de l'employeur}\n", "",
          "aucune colonne ne dit ce que décrit une ligne", "colonnes:"),
    fault("trop_de_colonnes", "  effectif:", "".join(f"  c{n}: {{libelle: C{n}}}\n" for n in range(9)) + "  effectif:",
          "17 colonnes, dont 3 pour evolution, ne tiennent pas dans une page, 12 au plus", "colonnes:"),
    fault("demande_inconnue", "total: reseau", "total: reseau\nsans_ligne: Rien\nfacultative: objectif",
          "« objectif » n'est pas un référentiel facultatif (le plus proche : « objectifs »). Nommez un référentiel",
          "facultative"),
    fault("demande_obligatoire", "total: reseau", "total: reseau\nsans_ligne: Rien\nfacultative: diplomes",
          "« diplomes » n'est pas un référentiel facultatif", "facultative"),
    fault("facultative_sans_phrase", "total: reseau", "total: reseau\nfacultative: objectifs",
          "une année peut n'avoir aucune ligne, et rien ne le dit. Ajoutez sans_ligne.", "facultative"),
    fault("sans_raccordement", "total: reseau\n", "",
          "rien ne dit si le tableau réunit toutes les ruptures. Ajoutez « total: reseau », ou hors_total", 3),
    fault("raccordement_a_soi_meme", "total: reseau\nevolution: true\n", "",
          "rien ne dit si le tableau réunit toutes les ruptures", 3),
    fault("deux_controles_par_tiret", "  - entre:", "  - unique: effectif\n    entre:",
          "clé « controles.0 » : il faut un contrôle par tiret, parmi unique, non_nul"),
    fault("entre_sans_borne", ", min: 0, max: 1", "", "clé « controles.0.entre » : il faut min, max, ou les deux",
          "  - entre"),
    fault("controle_d_une_table_inconnue", "controles:\n",
          "controles:\n  - somme_egale: {colonne: effectif, par: annee, total: core.ruptures_nettes}\n",
          "table inconnue « core.ruptures_nettes »", "colonne: effectif"),
]  # fmt: skip

GRAPHIQUE = [
    fault("graphique_inconnu", "type: points", "type: camembert",
          "type de graphique inconnu « camembert ». Types possibles, chacun avec un titre :\n- barres : x, une à "
          "trois"),
    fault("graphique_mal_ecrit", "type: points", "type: point",
          "type de graphique inconnu « point » (le plus proche : « points »)"),
    fault("graphique_sans_type", "  type: points\n", "", "graphique sans type. Types possibles", "graphique:"),
    fault("graphique_sans_titre",
          "  titre: Taux de rupture nette selon la taille de l'entreprise et intervalle à 95 %\n",
          "", "la clé « graphique.titre » manque. Ajoutez-la. Le graphique points : x, un taux", "graphique:"),
    fault("graphique_cle_de_trop", "  tri: lignes", "  serie: annee",
          "clé inconnue « graphique.serie »", "  serie: annee"),
    fault("graphique_d_une_colonne_absente", "  y: taille_entreprise", "  y: taille",
          "« taille » n'est pas dans colonnes (le plus proche : « taille_entreprise »)"),
    fault("graphique_d_une_dimension", "  x: taux_rupture_nette", "  x: taille_entreprise",
          "« taille_entreprise », au format texte, ne convient pas ici. Le graphique points : x, un taux"),
    fault("points_d_une_part", "  x: taux_rupture_nette", "  x: part_ruptures",
          "« part_ruptures », au format pourcentage, ne convient pas ici. Le graphique points"),
    fault("part_d_un_taux", "ordre: 30", "ordre: 30\npivot: {lignes: taille_entreprise, colonnes: taille_entreprise, "
          "valeur: taux_rupture_nette, part: lignes}",
          "« taux_rupture_nette », au format taux, ne convient pas ici. part demande un effectif.", "pivot:"),
    fault("pivot_d_une_mesure", "ordre: 30", "ordre: 30\npivot: {lignes: taille_entreprise, colonnes: effectif, "
          "valeur: ruptures_nettes}", "« effectif », au format entier, ne convient pas ici. Il faut une dimension.",
          "pivot:"),
    fault("pivot_d_un_montant", "  part_ruptures:\n", "  part_ruptures:\n  c: {libelle: C}\n  perte_annee:\n"
          "pivot: {lignes: taille_entreprise, colonnes: c, valeur: perte_annee}\n",
          "un tableau croisé donnerait des montants d'une ou deux ruptures. Croisez des nombres de ruptures.",
          "pivot:"),
    fault("minimum_d_un_taux", "ordre: 30", "ordre: 30\nminimum: {colonne: taux_rupture_nette, valeur: 20}",
          "« taux_rupture_nette », au format taux, ne convient pas ici. Donnez une colonne au format entier.",
          "minimum:"),
]  # fmt: skip

A_PART = "unite_a_part: {selon: taille_entreprise, vaut: x, colonnes: {effectifs: {libelle: À part, autres: entier}}}"
COMPARER = "comparaison: {observees: ruptures_nettes, attendues: part_ruptures, unites: tailles, compte_tenu: de rien}"
TAUX_ET_SUITE = MODELE[MODELE.index("  taux_rupture_nette:") : MODELE.index("controles:")]
SANS_GRAPHIQUE = MODELE.replace(MODELE[MODELE.index("graphique:") : MODELE.index("controles:")], "")
SANS_HAUT = SANS_GRAPHIQUE.replace("unnest(taux(ruptures_nettes, effectif))",
                                   "part(ruptures_nettes, effectif) as taux_rupture_nette, 0.0 as taux_bas, "
                                   "fiabilite(ruptures_nettes, effectif) as fiabilite")  # fmt: skip
SANS_ATTENTE = (
    MODELE.replace("ordre: 30", f"ordre: 30\n{COMPARER.replace('part_ruptures', 'attendues')}")
    .replace("  part_ruptures:\n", "  attendues:\n")
    .replace("unnest(taux(", "0.0 as attendues, unnest(taux(")
)
INFERENCE = [
    fault("evolution_mal_ecrite", "evolution: true", "evolution: peut-être",
          "clé « evolution » : valeur refusée. Il faut true ou false."),
    fault("evolution_sans_taux", TAUX_ET_SUITE, "  part_ruptures:\ntotal: reseau\nevolution: true\n",
          "« taux_rupture_nette » n'est pas dans colonnes", "evolution"),
    fault("evolution_d_un_tableau_croise", "  part_ruptures:\n", "  part_ruptures:\n  c: {libelle: C}\npivot: {lignes: "
          "taille_entreprise, colonnes: c, valeur: effectif}\n",
          "evolution ne va pas avec pivot. Retirez l'un des deux.", "evolution"),
    whole("evolution_sans_intervalle", SANS_HAUT,
          "il manque au résultat « taux_haut », que demande evolution. Ajoutez au résultat « wilson_haut(",
          SANS_HAUT[: SANS_HAUT.index("evolution:")].count("\n") + 1),
    fault("evolution_hors_de_l_effectif", "select comptes.*,",
          "select comptes.* replace (effectif // 100 as effectif),",
          "evolution : des ruptures nettes parmi l'effectif : ", DEBUT, 4),
    fault("comparaison_d_une_part", "ordre: 30", f"ordre: 30\n{COMPARER}",
          "« part_ruptures », au format pourcentage, ne convient pas ici. Donnez une colonne au format decimal.",
          "comparaison"),
    fault("unite_a_part_inconnue", "ordre: 30", f"ordre: 30\n{A_PART}",
          "« effectifs » n'est pas dans colonnes (le plus proche : « effectif »)", "unite_a_part"),
    fault("comparaison_sans_mots", "ordre: 30", f"ordre: 30\n{COMPARER.replace(', compte_tenu: de rien', '')}",
          "la clé « comparaison.compte_tenu » manque. Ajoutez-la.", "comparaison"),
    fault("comparaison_sans_attendues", "ordre: 30", f"ordre: 30\n{COMPARER.replace('part_ruptures', 'effectifs')}",
          "« effectifs » n'est pas dans colonnes (le plus proche : « effectif »)", "comparaison"),
    whole("comparaison_sans_attente", SANS_ATTENTE,
          "comparaison : des ruptures observées parmi l'effectif, attendues là où il y en a : ", DEBUT, 4),
    fault("taux_au_format_des_parts", "  taux_rupture_nette:\n", "  taux_rupture_nette: {format: pourcentage}\n",
          "« taux_rupture_nette », au format pourcentage, serait imprimé même sous 20 apprentis. Donnez à un taux le "
          "format taux, à ses bornes le format borne."),
]  # fmt: skip

REQUETE = [
    body("sans_requete", "", "le fichier n'a pas de SELECT"),
    body("sql_illisible", "selec * from core.annees", "SQL illisible à « selec »", 1),
    body("sql_coupe", "select annee,\nfrom core.inscriptions where\norder by annee", "SQL illisible à « order »", 3),
    query("deux_requetes", "select * from final order by annee;\n\nselect * from core.annees",
          "le fichier contient plusieurs requêtes. Gardez un seul SELECT", "select * from core.annees"),
    body("ddl_create", "create table core.a as select 1 as annee", "instruction CREATE refusée", 1),
    body("ddl_drop", "select 1 as annee;\ndrop table core.inscriptions", "instruction DROP refusée", 2),
    body("insertion", "insert into core.annees select * from core.annees", "instruction INSERT refusée", 1),
    body("copy", "copy core.inscriptions to 'fuite.csv'", "instruction COPY refusée", 1),
    body("copy_apres_un_select", "select 1 as annee;\n\ncopy core.inscriptions to 'fuite.csv'",
         "instruction COPY refusée", 3),
    body("attach", "attach 'autre.duckdb' as autre", "instruction ATTACH refusée", 1),
    body("set", "set threads = 1", "instruction SET refusée", 1),
    body("pragma", "pragma database_list", "instruction PRAGMA refusée", 1),
    body("install", "install httpfs", "instruction LOAD refusée", 1),
    body("export", "export database 'fuite'", "instruction EXPORT refusée", 1),
    body("pivot_de_duckdb", "pivot core.inscriptions on statut using count(*)", "instruction PIVOT refusée", 1),
    body("describe", "describe core.inscriptions", "le fichier n'a pas de SELECT"),
    body("read_csv", "select annee\nfrom read_csv('contrats.csv')\norder by annee",
         "« read_csv » est refusée. Une ventilation lit la base et rien d'autre", 2),
    body("read_parquet_du_reseau", "select annee from read_parquet('https://x.test/a.parquet') order by annee",
         "« read_parquet » est refusée", 1),
    body("fichier_comme_table", "select annee from 'contrats.csv' order by annee", "« contrats.csv » est un fichier",
         1),
    body("liste_de_fichiers", "select file as annee from glob('/*') order by annee", "« glob » est refusée", 1),
    body("reglages", "select name as annee from duckdb_settings() order by annee", "« duckdb_settings » est refusée",
         1),
    body("reglage", "select current_setting('threads') as annee order by annee", "« current_setting » est refusée", 1),
    body("requete_en_texte", "select annee from query('from core.annees') order by annee", "« query » est refusée", 1),
    body("catalogue_systeme", "select table_name as annee from information_schema.tables order by annee",
         "la table « information_schema.tables » est refusée", 1),
    body("table_brute", "select nocontrat as annee from brut.contrats order by annee",
         "la table « brut.contrats » est refusée", 1),
    body("autre_base", "select annee from autre.core.annees order by annee",
         "la table « autre.core.annees » est refusée", 1),
    fault("table_inconnue", "from core.inscriptions", "from core.inscription",
          "table inconnue « core.inscription » (le plus proche : « core.inscriptions »)"),
    fault("referentiel_inconnu", "from comptes\n",
          "from comptes\ninner join ref.anees using (annee)\n",
          "table inconnue « ref.anees » (le plus proche : « ref.annees »)", "ref.anees"),
    fault("table_sans_schema", "from comptes", "from compte",
          "table inconnue « compte » (le plus proche : « comptes »). Nommez une table de la base"),
    query("cte_mal_nommee", "select * from finale", "table inconnue « finale » (le plus proche : « final »)"),
    fault("en_rond_avec_soi", "from core.inscriptions", f"from ventilations.{NOM}",
          f"les fichiers se lisent en rond : ventilations.{NOM} lit ventilations.{NOM}"),
    fault("hasard", "select comptes.*,", "select comptes.*, random() as hasard,",
          "« random » est refusée. Retirez-la : le résultat changerait"),
    fault("date_du_jour", "else 'Non renseigné'", "else current_date::varchar", "« currentdate » est refusée",
          "when nombredesalaries < 10"),
    fault("sans_ordre", MODELE[MODELE.index("order by\n") :], "",
          "le résultat n'a pas d'ordre. Finissez par « order by", "from comptes"),
    fault("colonne_inconnue", "when nombredesalaries < 10", "when nombre_salaries < 10",
          "colonne inconnue « nombre_salaries ». Les plus proches : nombredesalaries", "when nombre_salaries < 10"),
    fault("fonction_inconnue", "select comptes.*,", "select comptes.*, fiabilites(effectif) as f,",
          "fonction inconnue « fiabilites ». Les plus proches : fiabilite."),
    fault("sans_group_by", "    group by annee, taille_entreprise", "    group by annee",
          "la colonne « nombredesalaries » n'est ni agrégée ni dans « group by »", "when nombredesalaries < 10"),
    fault("conversion", "else 'Non renseigné'", "else annee::date::varchar",
          "le calcul échoue sur une valeur (ConversionException)", "else annee::date"),
    fault("jointure_sans_fin", "from core.inscriptions",
          "from core.inscriptions, range(1000000) as a, range(1000000) as "
          "b, range(1000000) as c", "le calcul dépasse 1 seconde. Allégez la requête", None),
]  # fmt: skip

RESULTAT = [
    query("id_apprenti_rendu", "select final.*, core.inscriptions.id_apprenti from final inner join "
          "core.inscriptions using (annee)", "le résultat rend l'identifiant « id_apprenti »"),
    body("tout_rendu", "select *\nfrom core.inscriptions\norder by annee, filiere",
         "le résultat rend l'identifiant « id_apprenti ». Retirez-le", 2),
    fault("id_apprenti_renomme", "select comptes.*,",
          "select comptes.*,\n    (select min(id_apprenti) from core.inscriptions) as n,",
          "la colonne « n » du résultat change avec les numéros tirés au sort", "from comptes"),
    fault("numero_rendu", "select comptes.*,",
          "select comptes.*,\n    (select max(nocontrat)::varchar from core.contrats) as n,",
          "la colonne « n » du résultat change avec les numéros tirés au sort", "from comptes"),
    fault("rang_d_un_apprenti", "select comptes.*,",
          "select comptes.*,\n    (select list(structure order by id_apprenti)::varchar from core.inscriptions) as n,",
          "la colonne « n » du résultat change avec les numéros tirés au sort", "from comptes"),
    fault("ligne_entiere", "select comptes.*,",
          "select comptes.*,\n    (select min(i::varchar) from core.inscriptions as i) as n,",
          "la colonne « n » du résultat change avec les numéros tirés au sort", "from comptes"),
    query("sans_annee", "select * exclude (annee) from final",
          "la première colonne du résultat n'est pas annee"),
    query("annee_en_date", "select make_date(2022, 1, 1) as annee, * exclude (annee) from final",
          "la première colonne du résultat n'est pas annee"),
    query("colonne_sans_nom", "select *, count(*) over () from final",
          "la colonne « count() OVER () » du résultat n'a pas de nom utilisable"),
    query("colonne_double", "select *, effectif from final",
          "deux colonnes du résultat s'appellent « effectif »"),
    query("colonne_liste", "select *, [effectif] as liste from final",
          "la colonne « liste », du type BIGINT[], n'entre pas dans un tableau"),
    query("colonne_imprimee_absente", "select * exclude (part_ruptures) from final",
          "le résultat n'a pas de colonne « part_ruptures »", "  part_ruptures:"),
    fault("colonne_controlee_absente", "controles:\n", "controles:\n  - non_nul: [annee, taille]\n",
          "le résultat n'a pas de colonne « taille »", "- non_nul"),
    fault("cle_absente_du_resultat", "cle: [taille_entreprise]", "cle: [taille]",
          "le résultat n'a pas de colonne « taille »"),
    query("taux_sans_fiabilite", "select * exclude (fiabilite) from final",
          "il manque au résultat « fiabilite », que demande un taux. Ajoutez au résultat", "colonnes:"),
    query("points_sans_intervalle", "select * exclude (taux_bas) from final",
          "il manque au résultat « taux_bas », que demande un graphique", "graphique:"),
    query("division_par_zero", "select * replace (ruptures_nettes / (effectif - effectif)::double as part_ruptures) "
          "from final", "la colonne « part_ruptures » a une valeur infinie ou indéfinie"),
    query("division_par_zero_non_imprimee", "select *, ln(0) as logarithme from final",
          "la colonne « logarithme » a une valeur infinie ou indéfinie"),
    query("nombre_en_texte", "select * replace (effectif::varchar as effectif) from final",
          "la colonne « effectif », du type VARCHAR, ne s'écrit pas au format entier", "  effectif: {"),
]  # fmt: skip

CONTROLES = [
    fault("ne_se_raccorde_pas", "where effectif > 0", "where effectif > 10",
          "somme_egale : ruptures_nettes par annee", "total:", 4),
    fault("compte_deux_fois", "from core.inscriptions", "from core.inscriptions, (values (1), (2)) as deux (fois)",
          "somme_egale : ruptures_nettes par annee : 2 lignes", "total:", 4),
    query("totaux_vides", "select * replace (null::bigint as ruptures_nettes) from final",
          "somme_egale : ruptures_nettes par annee : 2 lignes", "total:", 4),
    query("part_du_tableau_seul", "select * replace (part_ruptures / 2 as part_ruptures) from final",
          "part_ruptures : une part de l'ensemble du réseau : ", DEBUT, 4),
    query("annee_qui_manque", "select * from final\nwhere annee <> '2023-2024'",
          "toutes les années publiées (sinon, dites pourquoi : sans_ligne) : 1 ligne", 3, 4),
    query("annee_de_trop", "select * replace (replace(annee, '2022-2023', '2021-2022') as annee) from final",
          "des années publiées seulement", 3, 4),
    query("annee_vide", "select * replace (nullif(annee, '2022-2023') as annee) from final",
          "des années publiées seulement", 3, 4),
    query("ligne_en_double", "select * from final\nunion all\nselect * from final",
          "unique : annee, taille_entreprise", "cle:", 4),
    fault("ex_aequo", MODELE[MODELE.index("order by\n") :], "order by annee\n",
          "un ordre sans ex æquo : annee",
          3, 4),
    fault("dimension_vide", "else 'Non renseigné'", "else null", "non_nul : taille_entreprise", "cle:", 4),
    query("hors_bornes", "select * replace (100 * taux_rupture_nette as taux_rupture_nette) from final",
          "entre : taux_rupture_nette", "  - entre", 4),
    fault("hors_liste", "controles:", "controles:\n  - valeurs: {fiabilite: [solide]}", "valeurs : fiabilite",
          "  - valeurs", 4),
    fault("sans_relation", "controles:",
          "controles:\n  - relation: {colonne: taille_entreprise, table: core.structures, "
          "cle: structure}", "relation : taille_entreprise dans core.structures", "  - relation", 4),
    fault("expression_fausse", "controles:", "controles:\n  - expression: inscrits_actifs > effectif",
          "expression : inscrits_actifs > effectif", "  - expression", 4),
    fault("expression_illisible", "controles:", "controles:\n  - expression: effectif >",
          "SQL illisible", "  - expression"),
    fault("expression_sur_une_colonne_absente", "controles:", "controles:\n  - expression: inscrits > 0",
          "colonne inconnue « inscrits »", "  - expression"),
]  # fmt: skip

CORPUS = [*ENTETE, *GRAPHIQUE, *INFERENCE, *REQUETE, *RESULTAT, *CONTROLES]
