"""Secrets that flows send to other systems, kept by name and never read back."""
