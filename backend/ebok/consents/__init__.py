"""Consents and acceptances: who agreed to which text, when, and through which door."""
