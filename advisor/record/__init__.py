"""The decision record: written, read back, shown."""
