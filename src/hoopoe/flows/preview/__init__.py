"""Previews: a conversation that happens nowhere else, run by the code that runs all conversations. No I/O.

`stage` is the conversation, `acts` what may be done to it, `keeping` how it is written down between two requests.
"""
