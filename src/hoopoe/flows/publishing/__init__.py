"""Publishing a flow: what has to hold before a draft becomes a version."""
