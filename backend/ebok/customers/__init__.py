"""Customers of the billing system: a mirror refreshed by imports."""
