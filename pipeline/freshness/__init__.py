"""What is up to date and what is not: all that a run reads, as hashes; what they were when the database and the edition
that are there were made; what there is to do again. The rule of it is here and nowhere else."""
