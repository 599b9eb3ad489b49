"""What follows a contract outside the report: the lists of a month, for those who look after apprentices;
the quality sheet of a CFA, and what its journal of support proves.

What is told here is of contracts, one by one: for the partner or the CFA concerned, never for an edition.
"""
