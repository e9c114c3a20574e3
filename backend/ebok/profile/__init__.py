"""*Moje dane*: a customer's decisions, contact data, sessions and the closing of the account."""
