"""embed-advisor: choose a text-embedding model by measuring it on your own data."""

__version__ = "0.1.0"
