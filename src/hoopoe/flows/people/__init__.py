"""People in flows: where they are, what publishing does to them, and what is done to one of them by hand."""
