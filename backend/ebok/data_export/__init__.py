"""The download of all that e-BOK holds about one customer."""
