"""Drafts on one's own phone: passes with a word, each good for one number (`flows.runner.trials` lets them in)."""
