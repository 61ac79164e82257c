"""Twilio's WhatsApp API, as its documentation of 2026 describes it."""
