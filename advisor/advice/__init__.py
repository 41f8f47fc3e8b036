"""What the measurements mean: which model to take, and how sure that is."""
