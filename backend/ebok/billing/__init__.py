"""Imports of the billing system's exports into e-BOK's copy of its data (the mirror)."""
