"""An independent reading of the definitions, and its comparison with the pipeline."""
