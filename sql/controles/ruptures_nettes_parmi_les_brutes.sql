-- Every net rupture is a contract broken in the window of its year, so that re-signed ruptures are never negative.
select
    inscriptions.annee,
    inscriptions.id_contrat
from core.inscriptions as inscriptions
anti join core.ruptures_brutes as brutes
    on inscriptions.annee = brutes.annee and inscriptions.id_contrat = brutes.id_contrat
where inscriptions.statut = 'rupture_nette'
