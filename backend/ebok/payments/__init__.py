"""Payments booked by billing, the balance, the ledger, and payments online."""
