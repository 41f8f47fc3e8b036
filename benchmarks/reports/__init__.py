"""Reports of real runs: a page a model, a comparison of all, and a guide to choosing."""
