"""Colours as numbers: how light one is, how well it stands out on another (WCAG 2.1)."""

from __future__ import annotations

CONTRASTE_MIN = 4.5  # of a text on its ground


def channels(couleur: str) -> list[int]:
    """Red, green and blue of '#rrggbb', from 0 to 255."""
    return [int(couleur[rang : rang + 2], 16) for rang in (1, 3, 5)]


def luminance(couleur: str) -> float:
    """Relative luminance, from 0 (black) to 1 (white)."""
    r, v, b = ((c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels(couleur))
    return 0.2126 * r + 0.7152 * v + 0.0722 * b


def contrast(couleur: str, autre: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    sombre, clair = sorted((luminance(couleur), luminance(autre)))
    return (clair + 0.05) / (sombre + 0.05)
