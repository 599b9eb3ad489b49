-- noqa: disable=LT02
-- Formulas shared by the models. Sources: Wilson, JASA 1927 (score interval); thresholds: definitions §8.

create or replace macro renseigne(valeur) as
    coalesce(valeur, 'Non renseigné');

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

create or replace macro fiabilite(effectif) as
    case
        when effectif < 20 then 'non_significatif'
        when effectif < 50 then 'fragile'
        else 'solide'
    end;
