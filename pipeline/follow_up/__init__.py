"""What follows a contract outside the report: the lists of a month, for those who look after apprentices.

What is told here is of contracts, one by one: for the partner concerned, never for an edition.
"""
