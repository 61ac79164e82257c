"""Meta's WhatsApp Cloud API, as its documentation of 2026 describes it."""
