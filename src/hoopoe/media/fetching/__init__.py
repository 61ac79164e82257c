"""Fetching what messages came with: claimed from its own rows, at once, beside the conversation."""
