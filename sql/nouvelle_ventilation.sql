/*
---
# Une ventilation : un fichier, une section du rapport. docs/ajouter-une-ventilation.md dit tout ce qui peut s'écrire.
titre: Sexe
description: Apprentis suivis et ruptures nettes par sexe.
section: parcours  # une section de config.toml (ruptures lister les montre)
ordre: 100         # sa place dans la section
cle: [sexe]        # avec annee, ce que décrit une ligne
colonnes: [sexe, effectif, ruptures_nettes, taux_rupture_nette, part_ruptures, part_effectif]
total: reseau      # les lignes font ensemble les totaux du réseau : c'est contrôlé
graphique:
  {type: points, titre: Taux de rupture nette et intervalle à 95 %, x: taux_rupture_nette, y: sexe, reference: reseau}
---
*/
-- Une ligne par année et apprenti, avec les attributs de son contrat de référence : docs/dictionnaire.md.
with comptes as (
    select
        annee,
        renseigne(sexe::varchar) as sexe,
        unnest(mesures(statut))
    from core.inscriptions
    group by 1, 2
)

-- Toutes les années publiées, annee en premier, dans un ordre sans ex æquo.
select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, ruptures_nettes desc, sexe
