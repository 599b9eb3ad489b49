"""Pure functions on numbers: intervals, comparisons, ratios."""
