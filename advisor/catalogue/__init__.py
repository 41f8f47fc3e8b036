"""Facts of embedding models, with their sources."""
