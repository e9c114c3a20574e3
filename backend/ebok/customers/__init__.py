"""Customers, as the billing system knows them: a mirror that imports refresh."""
