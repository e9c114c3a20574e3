"""Exports to billing: consents, accounts and contact data that changed in e-BOK."""
