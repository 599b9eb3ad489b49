-- The contracts of a month, each in one list, as they stand on the day of the list (docs/listes.md); who runs it sets
-- the variables debut, fin (of the month) and jour.
with

mois as (
    select
        getvariable('debut')::date as debut,
        getvariable('fin')::date as fin,
        getvariable('jour')::date as jour
),

dits as (
    select
        contrats.id_contrat,
        contrats.nocontrat,
        contrats.part_du_numero as numero_partage,
        cas.date_signature between mois.debut and mois.fin as signe_dans_le_mois,
        coalesce(not cas.jour_inconnu and cas.date_rupture between mois.debut and mois.fin, false)
            as rompu_dans_le_mois,
        coalesce(mois.jour between cas.ouvert_du and cas.ouvert_au, false) as est_ouvert,
        cas.date_rupture is null and contrats.date_fin_prevue between mois.debut and mois.fin as est_a_terme,
        contrats.obtention_diplome_formation as diplome_obtenu,
        contrats.uai,
        contrats.structure,
        coalesce(structures.uai_cfa_rattachement, contrats.uai) as uai_cfa,
        coalesce(cfa.structure, contrats.structure) as cfa,
        contrats.code_diplome,
        diplomes.diplome,
        diplomes.type_diplome,
        cas.date_signature,
        contrats.date_debut,
        contrats.date_fin_prevue,
        if(cas.jour_inconnu, null, cas.date_rupture) as date_rupture,
        cas.jour_inconnu,
        if(cas.jour_inconnu or cas.date_rupture > mois.jour, null, mois.jour - cas.date_rupture)::integer
            as jours_depuis_rupture,
        cas.fin_six_mois,
        if(cas.date_rupture is null, null, cas.id_contrat_suivant is not null) as resigne,
        cas.date_suite,
        if(
            cas.date_rupture is null,
            null,
            coalesce(cas.delai_suite, if(cas.id_contrat_suivant is not null, 'Autre contrat', cas.suite_rupture))
        ) as suite,
        contrats.departement_apprenti as departement
    from core.cas as cas
    cross join mois
    inner join core.contrats as contrats on cas.id_contrat = contrats.id_contrat
    inner join core.diplomes as diplomes on contrats.code_diplome = diplomes.code_diplome
    left join core.structures as structures on contrats.uai = structures.uai
    left join core.structures as cfa on structures.uai_cfa_rattachement = cfa.uai
)

select
    case
        when est_ouvert then 'cas_ouvert'
        when rompu_dans_le_mois then 'rompu'
        when signe_dans_le_mois then 'signe'
        else 'resultat'
    end as liste,
    *
from dits
where est_ouvert or rompu_dans_le_mois or signe_dans_le_mois or (est_a_terme and diplome_obtenu is not null)
order by alphabetique(cfa), uai_cfa, alphabetique(structure), uai, id_contrat
