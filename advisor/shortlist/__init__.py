"""Which models to measure, and why the others not."""
