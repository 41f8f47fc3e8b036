"""The user's documents, queries and judgements: reading, checking, sampling."""
