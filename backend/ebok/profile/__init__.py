"""*Moje dane*: what a customer decides here, sees of themselves, takes along, and ends."""
