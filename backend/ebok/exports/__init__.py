"""What billing is told: consents, accounts and contact data that changed here."""
