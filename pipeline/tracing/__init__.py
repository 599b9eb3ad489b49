"""Behind the figures: which contracts a figure counts, which of them a CFA is asked to validate.

What is told here is of contracts, one by one: for the analyst and the CFA concerned, never for an edition.
"""
