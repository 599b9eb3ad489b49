/*
---
titre: Quel contrat suit une rupture
description: >-
  Contrats commencés après une rupture de l'année et vus à la date d'arrêté : chez le même employeur, pour le même
  diplôme, dans le même CFA ou non, et sous quel délai.
section: suites
ordre: 16
place: annexe
cle: [objet, suite]
colonnes:
  [objet, suite, contrats_suivants, part_contrats_suivants, suivis_avant_2_mois, suivis_de_2_a_6_mois,
  suivis_apres_6_mois]
hors_total: "Le tableau compte, trois fois, les contrats qui suivent une rupture de jour connu ; un contrat commencé
  avant la rupture, et encore en cours après elle, n'y est pas"
sans_ligne: Aucun contrat rompu dans l'année n'est suivi d'un autre à la date d'arrêté
controles:
  - entre: {colonne: part_contrats_suivants, min: 0, max: 1}
  - expression: suivis_avant_2_mois + suivis_de_2_a_6_mois + suivis_apres_6_mois = contrats_suivants
  - valeurs: {suite: [Le même, Un autre, Non renseigné]}
---
*/
with suites as (
    select
        annee, delai_suite, unnest([
            { 'objet': 'Employeur', 'est_le_meme': meme_employeur },
            { 'objet': 'Diplôme', 'est_le_meme': meme_diplome },
            { 'objet': 'CFA', 'est_le_meme': meme_cfa }
        ], recursive := true)
    from core.suites
    where not jour_inconnu and date_suite between date_rupture and date_arrete
),

comptes as (
    select
        annee, objet, renseigne(if(est_le_meme, 'Le même', if(not est_le_meme, 'Un autre', null))) as suite,
        count(*) as contrats_suivants,
        count(*) filter (where delai_suite = 'Autre contrat en moins de 2 mois') as suivis_avant_2_mois,
        count(*) filter (where delai_suite = 'Autre contrat entre 2 et 6 mois') as suivis_de_2_a_6_mois,
        count(*) filter (where delai_suite = 'Autre contrat après 6 mois') as suivis_apres_6_mois
    from suites
    group by annee, objet, suite
)

select *, part(contrats_suivants, sum(contrats_suivants) over (partition by annee, objet)) as part_contrats_suivants
from comptes
order by annee, list_position(['Employeur', 'Diplôme', 'CFA'], objet), list_position(['Le même', 'Un autre'], suite)
