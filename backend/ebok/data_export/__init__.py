"""The customer's download of all their data."""
