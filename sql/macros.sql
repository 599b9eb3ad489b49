-- noqa: disable=LT02
-- Formulas shared by the models. Sources: Wilson, JASA 1927 (score interval); thresholds: definitions §7.

create or replace macro renseigne(valeur) as
    coalesce(valeur, 'Non renseigné');

-- A name as names are told apart: without case nor accents.
create or replace macro sans_casse(nom) as
    lower(strip_accents(nom));

-- What orders names as a French reader looks them up, É with E; those that differ in accents or case are in the order
-- of their letters, so that the order is total. As `formats.alphabetical` does.
create or replace macro alphabetique(nom) as
    [replace(replace(sans_casse(nom), 'œ', 'oe'), 'æ', 'ae'), nom];

-- Class of a row (definitions §1): an avenant, else an initial contract; an empty typecontrat is 11.
create or replace macro avenant(typecontrat) as
    coalesce(typecontrat in ('31', '32', '33', '34', '35', '36', '37', '38'), false);

-- What an initial row repeats of its contract is empty (definitions §1): its number, its start.
create or replace macro hors_initial(valeur, est_repetee, typecontrat) as
    if(not avenant(typecontrat) and est_repetee, null, valeur);

create or replace macro meme_numero(noavenant, nocontrat) as
    ltrim(regexp_replace(noavenant, '[.-]', '', 'g'), '0') = ltrim(nocontrat, '0');

-- Shape of a contract number (DECA). A constant: a pattern that is a column's is compiled anew for each row, which
-- took a fifth of a build.
create or replace macro numero_habituel(nocontrat) as
    regexp_full_match(nocontrat, '[0-9][0-9][0-9AB]20[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-9]{2}|NC)[0-9]{4}');

-- Status of a state: a date of deletion deletes it. What was cancelled or deleted is annulled.
create or replace macro statut_effectif(statut, datesuppression) as
    if(datesuppression is not null, 'Supprimé', statut);

create or replace macro annule(statut) as
    coalesce(statut in ('Annulé', 'Supprimé'), false);

-- A rupture far from its contract is a mistyped one (definitions §1): it cannot be read.
create or replace macro rupture_lisible(jour, debut, fin_prevue, avant_debut) as
    (coalesce(avant_debut, false) or jour >= debut - 183) and jour <= fin_prevue + to_years(1);

-- Its day where it can.
create or replace macro rupture_lue(jour, debut, fin_prevue, avant_debut) as
    if(rupture_lisible(jour, debut, fin_prevue, avant_debut), jour, null);

-- The last readable one of several, from the last state to the first.
create or replace macro derniere_lisible(jours, debut, fin_prevue, avant_debut) as
    list_filter(jours, lambda jour: rupture_lisible(jour, debut, fin_prevue, avant_debut))[1];

create or replace macro noms_des_mois() as
    [
        'Janvier', 'Février', 'Mars', 'Avril', 'Mai', 'Juin', 'Juillet', 'Août', 'Septembre', 'Octobre', 'Novembre',
        'Décembre'
    ];

-- Six months after a rupture begin on its day, and end on the eve of its day of the month (ADR 0001, reading 43).
create or replace macro fin_des_six_mois(date_rupture) as
    (date_rupture + to_months(6))::date - 1;

-- Whether a contract is planned for more than so many years, both ends included.
create or replace macro duree_superieure_a(annees, debut, fin_prevue) as
    debut + to_years(annees) < fin_prevue + 1;

-- Apprentice of a row (definitions §1): the triple where it is whole (0: partly filled), else the identifier.
create or replace macro apprenti(personne_triplet, personne_alternant) as
    coalesce(nullif(personne_triplet, 0), personne_alternant);

-- Files without an extraction date come alone, and are of one date (definitions §1).
create or replace macro livraison(date_extraction) as
    coalesce(date_extraction, date '0001-01-01');

-- Order of the deliveries of a state (ADR 0001, reading 4): rows that got their number from a numbered contract are
-- older than any row that carries it, whatever the dates; in days, the first term above any date.
create or replace macro anciennete(est_numerotee, date_extraction) as
    if(est_numerotee, 4000000, 0) + (livraison(date_extraction) - date '0001-01-01');

-- Results of the journal of support that say how a case ended (`schemas.ISSUES`, as a test holds).
create or replace macro est_issue(resultat) as
    resultat in ('Nouveau contrat', 'Scolaire', 'Emploi', 'Abandon');

-- What of the support of apprentices is measured, in the order in which it is read.
create or replace macro rang_de_mesure(mesure) as
    list_position([
        'Trace dans les 15 jours', 'Trace dans les 30 jours', 'Mission locale dans les 45 jours',
        'Six mois clos avec une issue', 'Six mois clos avec une issue, ou un contrat vu dans les exports',
        'Contact, visite ou médiation avant la rupture', 'Visite dans les deux premiers mois',
        'Visite dans les deux derniers mois'
    ], mesure);

create or replace macro part(numerateur, total) as
    numerateur / nullif(total, 0);

-- Wilson 95 % interval of numerateur / effectif; z = 1.959963984540054. Empty where effectif is 0.
create or replace macro wilson_bas(numerateur, effectif) as
    if(numerateur = 0 and effectif > 0, 0.0, (
        (numerateur + 1.9207294103470773) / nullif(effectif, 0)
        - 1.959963984540054 * sqrt(
            numerateur * (effectif - numerateur) / nullif(effectif, 0) + 0.9603647051735387
        ) / nullif(effectif, 0)
    ) / (1 + 3.8414588206941546 / nullif(effectif, 0)));

create or replace macro wilson_haut(numerateur, effectif) as
    if(numerateur = effectif and effectif > 0, 1.0, (
        (numerateur + 1.9207294103470773) / nullif(effectif, 0)
        + 1.959963984540054 * sqrt(
            numerateur * (effectif - numerateur) / nullif(effectif, 0) + 0.9603647051735387
        ) / nullif(effectif, 0)
    ) / (1 + 3.8414588206941546 / nullif(effectif, 0)));

-- 95 % limit (signe -1 or 1) of a cumulative incidence, symmetric on the scale log(-log(1 - F)), which keeps it within
-- 0..1: Kalbfleisch & Prentice 2002, §1.4. Empty where the incidence is 0 or 1: the data give no width.
create or replace macro borne_d_incidence(incidence, variance, signe) as
    if(
        incidence > 0 and incidence < 1,
        1 - (1 - incidence) ** exp(
            -signe * 1.959963984540054 * sqrt(greatest(variance, 0)) / ((1 - incidence) * ln(1 - incidence))
        ),
        null
    );

-- What a part of so many is worth.
create or replace macro fiabilite_de_l_effectif(effectif) as
    case
        when effectif < 20 then 'non_significatif'
        when effectif < 50 then 'fragile'
        else 'solide'
    end;

-- What a rate of net ruptures is worth: one rupture more or less is much of it where they are few, and likewise where
-- nearly all have broken.
create or replace macro fiabilite(ruptures, effectif) as
    case
        when effectif >= 20 and (ruptures < 5 or effectif - ruptures < 5) then 'fragile'
        else fiabilite_de_l_effectif(effectif)
    end;

-- Funding due to a CFA from the first day of a contract to jour, both included, as a part of a year's amount: in
-- 267,180ths, the least common multiple of 12, 365 and 366, so that sums and differences are exact. jour is not before
-- the eve of debut; months and years added are cut to the month's end.

-- Concluded before July 2025 (Code du travail, R6332-25): by sliding month, a month begun is due.
create or replace macro mois_commences(debut, jour) as
    if(jour < debut, 0, 1 + date_sub('month', debut, jour));

create or replace macro du_par_mois(debut, jour) as
    267180 // 12 * mois_commences(debut, jour);

-- Concluded from July 2025 (décret 2025-585): by day, each counting for one 365th or 366th of its year of execution,
-- which goes from an anniversary to the eve of the next even where the contract ends within.
create or replace macro anniversaire(debut, rang) as
    (debut + to_months(12 * rang))::date;

create or replace macro du_apres_annees(debut, jour, annees) as
    267180 * annees
    + 267180 // (anniversaire(debut, annees + 1) - anniversaire(debut, annees))
    * (jour - anniversaire(debut, annees) + 1);

create or replace macro du_par_jour(debut, jour) as
    du_apres_annees(debut, jour, date_sub('year', debut, jour + 1));

-- The rule is that of the day of conclusion (definitions §6, ADR 0001, reading 33).
create or replace macro du(date_convenue, debut, jour) as
    if(date_convenue < date '2025-07-01', du_par_mois(debut, jour), du_par_jour(debut, jour));

-- That part of an amount of euros a year, to the cent, half away from zero (neither is negative).
create or replace macro au_centime(montant_annuel, du) as
    (((200 * montant_annuel)::hugeint * du + 267180) // 534360)::decimal(18, 0) * 0.01;

-- The same of so many ten-thousandths of what is due (percentages to the cent times `du`), which weigh payments.
create or replace macro au_centime_pondere(montant_annuel, du_pondere) as
    (((200 * montant_annuel)::hugeint * du_pondere + 2671800000) // 5343600000)::decimal(18, 0) * 0.01;

-- An amount a year less so many per cent, to the cent likewise, not under a floor that it was above. (DuckDB's least
-- and greatest pass over what is empty.)
create or replace macro minore(montant_annuel, pourcent, plancher) as
    if(
        montant_annuel > plancher,
        greatest(
            plancher,
            (((100 * montant_annuel)::hugeint * (100 * (100 - pourcent))::hugeint + 5000) // 10000)::decimal(18, 0)
            * 0.01
        ),
        montant_annuel
    )::decimal(12, 2);

-- What a costed rupture loses on average, to the cent likewise; empty where none is costed.
create or replace macro par_rupture(perte, ruptures_chiffrees) as
    (
        ((200 * perte::decimal(28, 2))::hugeint + ruptures_chiffrees) // nullif(2 * ruptures_chiffrees, 0)
    )::decimal(18, 0) * 0.01;

-- Status of an apprentice in a window (definitions §3), the rule of core.statuts and of core.autres_fins: the greatest
-- rank of the contracts that meet it decides. Under contract on the last day (rank 10000), else the day of the end
-- within the window; on the same day, a contract come to its term (odd) before a broken one (even). Nothing without
-- a contract.
create or replace macro rang_de_fin(debut, fin_annee, date_fin_prevue, date_rupture) as
    if(
        date_fin_prevue >= fin_annee and coalesce(date_rupture > fin_annee, true),
        10000,
        2 * (coalesce(date_rupture, date_fin_prevue) - debut) + if(date_rupture is null, 1, 0)
    );

create or replace macro statut_de_rang(rang) as
    case when rang = 10000 then 'actif' when rang % 2 = 1 then 'sorti_a_terme' when rang >= 0 then 'rupture_nette' end;

-- What breakdowns are made of. unnest(mesures(statut)), in a query grouped by the dimensions, gives the counts of
-- core.inscriptions; unnest(taux(…)) and unnest(parts(…)), around it, the rate of each row and its shares of the year.
-- (A sum of two counts that are taken: a third one would go through the rows of a breakdown again.)
create or replace macro mesures(statut) as
    {
        'inscrits_actifs': count(*) filter (where statut = 'actif'),
        'ruptures_nettes': count(*) filter (where statut = 'rupture_nette'),
        'effectif': count(*) filter (where statut = 'actif') + count(*) filter (where statut = 'rupture_nette')
    };

create or replace macro taux(ruptures, effectif) as
    {
        'taux_rupture_nette': part(ruptures, effectif),
        'taux_bas': wilson_bas(ruptures, effectif),
        'taux_haut': wilson_haut(ruptures, effectif),
        'fiabilite': fiabilite(ruptures, effectif)
    };

create or replace macro part_de_l_annee(annee, nombre) as
    part(nombre, sum(nombre) over (partition by annee));

-- Bounds of a share printed beside what is not told (definitions §7): none of it is here, or all. Empty where all is
-- told, and for what is not.
create or replace macro bornes_de_part(annee, groupe, nombre) as
    if(
        groupe != renseigne(null) and sum(nombre) filter (where groupe = renseigne(null)) over (partition by annee) > 0,
        {
            'part_basse': part_de_l_annee(annee, nombre),
            'part_haute': part_de_l_annee(annee, nombre) + part(
                sum(nombre) filter (where groupe = renseigne(null)) over (partition by annee),
                sum(nombre) over (partition by annee)
            )
        },
        null
    );

create or replace macro parts(annee, ruptures, effectif) as
    {
        'part_ruptures': part_de_l_annee(annee, ruptures),
        'part_effectif': part_de_l_annee(annee, effectif)
    };

-- The same for core.couts: an amount is empty where nothing is costed.
create or replace macro pertes(chiffrage, perte_annee, perte_totale) as
    {
        'ruptures_nettes': count(*),
        'sans_npec': count(*) filter (where chiffrage = 'sans_npec'),
        'sans_date': count(*) filter (where chiffrage = 'sans_date'),
        'perte_annee': sum(perte_annee)::decimal(18, 2),
        'perte_totale': sum(perte_totale)::decimal(18, 2)
    };

-- A rate or a share of too few means nothing (definitions §7): empty.
create or replace macro part_lisible(nombre, total) as
    if(fiabilite_de_l_effectif(total) = 'non_significatif', null, part(nombre, total));

-- The rate of a group of the whole network, that of a CFA is read against, with what it is worth.
create or replace macro repere(ruptures, effectif) as
    {
        'repere_reseau': part_lisible(ruptures, effectif),
        'effectif_reseau': effectif::bigint,
        'fiabilite_reseau': fiabilite(ruptures, effectif)
    };

-- A name for what is true or false.
create or replace macro selon(condition, si_vrai, si_faux) as
    case when condition then si_vrai when not condition then si_faux else 'Non renseigné' end;

-- Periods in the order of a contract; empty, so last, for an unknown one.
create or replace macro rang_de_periode(periode) as
    list_position(['essai', 'intermediaire', 'post_examen'], periode);

-- The months of a window, those without a rupture too, one a row: unnest(mois_de(debut, fin_annee)).
create or replace macro mois_de(debut, fin_annee) as
    [strftime(jour, '%Y-%m') for jour in generate_series(date_trunc('month', debut), fin_annee, interval 1 month)];

create or replace macro nom_de_tranche(debut, fin, unite) as
    case
        when fin is null then debut || ' ' || if(debut < 2, rtrim(unite, 's'), unite) || ' et plus'
        when fin = debut then debut || ' ' || if(debut < 2, rtrim(unite, 's'), unite)
        when debut = 0 then 'Jusqu''à ' || fin || ' ' || unite
        else 'De ' || debut || ' à ' || fin || ' ' || unite
    end;

create or replace macro noms_des_tranches(debuts, unite) as
    list_transform(
        range(1, len(debuts) + 1), lambda rang: nom_de_tranche(debuts[rang], debuts[rang + 1]::integer - 1, unite)
    );

-- How many of the first numbers of bands a value reaches. Of the first eight, one by one: DuckDB makes a list of each
-- row for a lambda, and takes three times as long.
create or replace macro atteint(valeur, debut) as
    if(valeur >= debut, 1, 0)::tinyint;

create or replace macro rang_parmi(valeur, debuts) as
    if(
        len(debuts) > 8,
        len(list_filter(debuts, lambda debut: debut <= valeur)),
        atteint(valeur, debuts[1]) + atteint(valeur, debuts[2]) + atteint(valeur, debuts[3])
        + atteint(valeur, debuts[4]) + atteint(valeur, debuts[5]) + atteint(valeur, debuts[6])
        + atteint(valeur, debuts[7]) + atteint(valeur, debuts[8])
    );

-- A band of numbers, named by its ends: tranche(7, [1, 5, 10], 'salariés') is « De 5 à 9 salariés ». The first value of
-- each is given in order; the last has no end, and a first of 0 no start. The names are constants, that of what is in
-- no band among them: written anew for each row, they took ten seconds of a million contracts.
create or replace macro tranche(valeur, debuts, unite) as
    list_prepend(renseigne(null), noms_des_tranches(debuts, unite))[1 + coalesce(rang_parmi(valeur, debuts), 0)];

-- Bands are in the order of their first number; what is none is last.
create or replace macro rang_de_tranche(nom) as
    coalesce(nullif(regexp_extract(nom, '[0-9]+'), '')::integer, 2147483647);

-- Names of groups that several tables have.
create or replace macro nom_de_taille(nombredesalaries) as
    tranche(nombredesalaries, [0, 1, 5, 10, 50, 250], 'salariés');

create or replace macro nom_d_annee_de_cycle(annee_cycle) as
    case
        when annee_cycle = 1 then '1re année'
        when annee_cycle > 1 then annee_cycle || 'e année'
        else 'Non renseigné'
    end;

create or replace macro nom_de_convention(convention, codeidcc) as
    coalesce(convention, 'IDCC ' || codeidcc, 'Non renseigné');

create or replace macro nom_de_mobilite(departement_employeur, departement_apprenti) as
    selon(departement_employeur = departement_apprenti, 'Même département', 'Autre département');

-- A group against the rest at equal public (definitions §7). A stratum is known with its totals in the network.
create or replace macro strate(statut, annee, cle) as
    {
        'cle': cle,
        'ruptures_nettes': count(*) filter (where statut = 'rupture_nette') over (partition by annee, cle),
        'effectif': count(*) filter (where statut in ('actif', 'rupture_nette')) over (partition by annee, cle)
    };

-- The table of each stratum: a and b are the group, broken or not, c and d the rest. `comptes` are those of the group
-- by stratum and fate, in one map: DuckDB goes through all the rows again for each. Each lambda names what several
-- formulas take: a macro would be written out, and planned, each time.
create or replace macro tables_des_strates(comptes) as
    list_transform(
        list_sort(list_distinct(list_transform(map_keys(comptes), lambda cle: cle.strate))),
        lambda strate: list_transform(
            [{
                'a': coalesce(comptes[{ 'strate': strate, 'est_rompu': true }], 0),
                'b': coalesce(comptes[{ 'strate': strate, 'est_rompu': false }], 0)
            }],
            lambda groupe: {
                'a': groupe.a,
                'b': groupe.b,
                'c': strate.ruptures_nettes - groupe.a,
                'd': strate.effectif - strate.ruptures_nettes - groupe.b,
                'n': strate.effectif
            }
        )[1]
    );

-- Mantel–Haenszel's odds ratio with the 95 % limits of Robins, Breslow and Greenland (Biometrics 1986). Strata come in
-- the order of their keys: the same rows give the same bits.
create or replace macro termes_des_strates(tables) as
    list_transform(
        tables,
        lambda t: {
            'r': t.a * t.d / t.n,
            's': t.b * t.c / t.n,
            'pr': (t.a + t.d) / t.n * t.a * t.d / t.n,
            'ps_qr': ((t.a + t.d) / t.n * t.b * t.c + (t.b + t.c) / t.n * t.a * t.d) / t.n,
            'qs': (t.b + t.c) / t.n * t.b * t.c / t.n,
            'effectif': t.a + t.b
        }
    );

create or replace macro sommes_des_strates(termes) as
    {
        'r': list_sum(list_transform(termes, lambda t: t.r)),
        's': list_sum(list_transform(termes, lambda t: t.s)),
        'pr': list_sum(list_transform(termes, lambda t: t.pr)),
        'ps_qr': list_sum(list_transform(termes, lambda t: t.ps_qr)),
        'qs': list_sum(list_transform(termes, lambda t: t.qs)),
        'effectif': list_sum(list_transform(termes, lambda t: t.effectif))
    };

create or replace macro rapport_et_erreur(x) as
    {
        'rapport': x.r / x.s,
        'erreur': sqrt(x.pr / (2 * x.r * x.r) + x.ps_qr / (2 * x.r * x.s) + x.qs / (2 * x.s * x.s)),
        'est_defini': x.r > 0 and x.s > 0 and fiabilite_de_l_effectif(x.effectif) != 'non_significatif'
    };

create or replace macro rapport_et_limites(x) as
    {
        'rapport_public_egal': if(x.est_defini, x.rapport, null),
        'rapport_bas': if(x.est_defini, x.rapport * exp(-1.959963984540054 * x.erreur), null),
        'rapport_haut': if(x.est_defini, x.rapport * exp(1.959963984540054 * x.erreur), null)
    };

-- unnest(public_egal(statut, strate)), beside the counts of the group. Empty under 20 apprentices, where the group or
-- the rest has no rupture, or nothing but ruptures, in the strata that they share.
create or replace macro public_egal(statut, strate) as
    list_transform(
        list_transform(
            list_transform(
                [
                    termes_des_strates(tables_des_strates(
                        histogram({ 'strate': strate, 'est_rompu': statut = 'rupture_nette' }) filter (
                            where statut in ('actif', 'rupture_nette')
                        )
                    ))
                ],
                lambda termes: sommes_des_strates(termes)
            ),
            lambda sommes: rapport_et_erreur(sommes)
        ),
        lambda rapport: rapport_et_limites(rapport)
    )[1];

-- Targets and actions (definitions §9). Newcombe's hybrid interval of the difference of two shares, after less before
-- (Stat. Med. 1998, method 10), as `statistics.intervals.newcombe` has it, as a test holds.
create or replace macro newcombe_bas(apres, effectif_apres, avant, effectif_avant) as
    part(apres, effectif_apres) - part(avant, effectif_avant) - sqrt(
        (part(apres, effectif_apres) - wilson_bas(apres, effectif_apres)) ** 2
        + (wilson_haut(avant, effectif_avant) - part(avant, effectif_avant)) ** 2
    );

create or replace macro newcombe_haut(apres, effectif_apres, avant, effectif_avant) as
    part(apres, effectif_apres) - part(avant, effectif_avant) + sqrt(
        (wilson_haut(apres, effectif_apres) - part(apres, effectif_apres)) ** 2
        + (part(avant, effectif_avant) - wilson_bas(avant, effectif_avant)) ** 2
    );

-- Why nothing is decided of a measure, whatever its interval; empty where something may be.
create or replace macro empechement(denominateur, de_personnes, provisoire) as
    case
        when denominateur is null then 'aucune mesure'
        when denominateur = 0 then 'aucun apprenti suivi'
        when provisoire then 'année provisoire'
        when not de_personnes then 'sans intervalle'
        when fiabilite_de_l_effectif(denominateur) = 'non_significatif' then 'effectif de moins de 20'
    end;

-- Whom a target is about: in a CFA, the network and the CFA are all its apprentices.
create or replace macro nom_du_vise(uai, portee, vise) as
    if(uai is not null and portee in ('reseau', 'cfa'), 'Tous les apprentis', vise);

-- The one rule of the verdict: decided only where the whole interval is on one side. A value equal to the target meets
-- it: an interval that ends there is on the right side, one that begins there is on neither. Without an interval,
-- nothing is decided.
create or replace macro verdict_d_objectif(sens, cible, bas, haut) as
    case
        when (sens = 'baisse' and haut <= cible) or (sens = 'hausse' and bas >= cible) then 'atteint'
        when (sens = 'baisse' and bas > cible) or (sens = 'hausse' and haut < cible) then 'non atteint'
        else 'non tranché'
    end;

-- Forecasts (definitions §10, ADR 0019). What is estimated is drawn towards the network's as by so many ruptures more;
-- years differ from one another by so much, which counts for as many years as are pooled beside it.
create or replace macro poids_du_reseau() as 10;

create or replace macro ecart_entre_annees() as 0.1;

create or replace macro poids_de_l_ecart() as 2;

create or replace macro rapproche(ruptures, attendues) as
    (ruptures + poids_du_reseau()) / (attendues + poids_du_reseau());

-- Relative variance of a risk estimated on so many ruptures.
create or replace macro imprecision(ruptures) as
    1 / (ruptures + poids_du_reseau());

-- Negative binomial: a Poisson's whose mean varies around `attendues` by this relative variance. Its logarithm.
create or replace macro log_probabilite(nombre, attendues, variance) as
    lgamma(nombre + 1 / variance) - lgamma(1 / variance) - lgamma(nombre + 1)
    - ln(1 + attendues * variance) / variance + nombre * ln(attendues * variance / (1 + attendues * variance));

-- Two limits in one cell, in the thousands of a French reader.
create or replace macro en_milliers(nombre) as
    replace(format('{:,}', nombre), ',', chr(8239));

create or replace macro fourchette(bas, haut) as
    if(bas = haut, en_milliers(bas), en_milliers(bas) || ' à ' || en_milliers(haut));
