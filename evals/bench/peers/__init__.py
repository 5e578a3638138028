"""Retrieval side by side: the same documents, weights and machine, each peer in an environment of its own."""
