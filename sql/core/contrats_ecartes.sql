/*
---
description: Une ligne par contrat qui n'est dans aucun compte, avec ce qui l'en écarte (définitions §1).
descriptions:
  raison: "Ce qui écarte le contrat : hors_champ (autre dispositif) ou contrats_remplaces (absent depuis)."
controles:
  - unique: [id_contrat]
  - valeurs: {raison: [hors_champ, contrats_remplaces]}
---
*/
with

-- What states say of their scheme, where one of their contract is not apprenticeship.
autres_dispositifs as (
    select distinct lignes.id_contrat
    from brut.contrats as contrats
    inner join core.lignes as lignes on contrats.id_ligne = lignes.id_ligne
    where contrats.dispositif != 'APPR'
),

dispositifs as (
    select
        etats.id_contrat,
        etats.rang_etat,
        coalesce(reunies.dispositif, contrats.dispositif) as dispositif
    from core.etats as etats
    semi join autres_dispositifs as autres on etats.id_contrat = autres.id_contrat
    inner join brut.contrats as contrats on etats.id_ligne = contrats.id_ligne
    left join core.versions_reunies as reunies on etats.id_ligne = reunies.id_ligne
    where not etats.est_annule
),

hors_champ as (
    select id_contrat
    from dispositifs
    group by id_contrat
    having arg_max(dispositif, rang_etat) != 'APPR'
),

-- In the exchange layout a row is the whole state of a learner, without a contract too.
apprenants as (
    select
        lignes.id_contrat,
        lignes.personne,
        contrats.uaicfa,
        contrats.codediplome,
        livraison(lignes.date_extraction) as livraison
    from core.lignes as lignes
    inner join brut.contrats as contrats on lignes.id_ligne = contrats.id_ligne
    where lignes.fichier in (select fichier from brut.fichiers where apprenants)
    union all
    select
        null as id_contrat,
        apprenti(identites.personne_triplet, identites.personne_alternant) as personne,
        sans_contrat.uaicfa,
        sans_contrat.codediplome,
        livraison(sans_contrat.date_extraction) as livraison
    from brut.sans_contrat as sans_contrat
    inner join brut.identites as identites on sans_contrat.id_ligne = identites.id_ligne
),

dernieres as (
    select
        id_contrat,
        livraison = max(livraison) over (partition by personne, uaicfa, codediplome) as est_derniere
    from apprenants
    where personne is not null
),

-- An export of contracts that has one keeps it.
remplaces as (
    select id_contrat
    from dernieres
    where id_contrat is not null
    group by id_contrat
    having not bool_or(est_derniere)
    except
    select lignes.id_contrat
    from core.lignes as lignes
    where lignes.fichier not in (select fichier from brut.fichiers where apprenants)
),

final as (
    select
        id_contrat,
        'hors_champ' as raison
    from hors_champ
    union all
    select
        id_contrat,
        'contrats_remplaces' as raison
    from remplaces
    where id_contrat not in (select id_contrat from hors_champ)
)

select * from final
