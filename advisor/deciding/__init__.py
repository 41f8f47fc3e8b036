"""The line every decision walks, from answers and data to a record, and the headless walk."""
