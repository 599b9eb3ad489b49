/*
---
titre: Ce que coûtent les ruptures, et selon quelle règle
description: >-
  La perte est ce que les CFA devaient encore recevoir, au niveau de prise en charge du contrat rompu, passé le dernier
  jour payé, la veille de la rupture : par mois commencé pour un contrat conclu avant le 1er juillet 2025, par jour
  depuis. Aucun montant n'est estimé. La deuxième ligne suppose payé le jour de la rupture, la troisième six mois de
  formation maintenus.
section: cout
ordre: 5
place: annexe
cle: [hypothese]
colonnes: [
  hypothese, ruptures_chiffrees, sans_npec, sans_date, perte_annee, perte_annee_par_rupture, perte_totale,
  perte_totale_par_rupture]
hors_total: >-
  Chaque ligne est le coût de toutes les ruptures chiffrées de l'année, selon son hypothèse : elles ne s'additionnent
  pas
controles:
  - non_nul: [ruptures_chiffrees, sans_npec, sans_date]
  - valeurs: {hypothese: [Règle du rapport, Jour de la rupture compris, Six mois de formation maintenus]}
  - expression: >-
      (annee, ruptures_chiffrees + sans_npec + sans_date)
      in (select (annee, ruptures_nettes) from core.ruptures_nettes_par_annee)
  - expression: (ruptures_chiffrees > 0) = (perte_annee is not null and perte_totale is not null)
  - expression: perte_annee is null or (0 <= perte_annee and perte_annee <= perte_totale)
---
*/
with hypotheses as (
    select
        annee, ruptures_chiffrees, sans_npec, sans_date,
        unnest([
            {
                'hypothese': 'Règle du rapport',
                'perte_annee': perte_annee, 'perte_totale': perte_totale
            },
            {
                'hypothese': 'Jour de la rupture compris',
                'perte_annee': perte_annee_jour_compris, 'perte_totale': perte_totale_jour_compris
            },
            {
                'hypothese': 'Six mois de formation maintenus',
                'perte_annee': perte_annee_maintien, 'perte_totale': perte_totale_maintien
            }
        ], recursive := true)
    from core.couts_par_annee
)

select
    annee, hypothese, ruptures_chiffrees, sans_npec, sans_date, perte_annee, perte_totale,
    par_rupture(perte_annee, ruptures_chiffrees) as perte_annee_par_rupture,
    par_rupture(perte_totale, ruptures_chiffrees) as perte_totale_par_rupture
from hypotheses
order by annee, list_position(
    ['Règle du rapport', 'Jour de la rupture compris', 'Six mois de formation maintenus'], hypothese
)
