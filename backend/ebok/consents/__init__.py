"""Consents and acceptances: who agreed to which text, when, through which channel."""
