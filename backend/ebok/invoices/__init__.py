"""Invoices, corrections and interest notes, as the billing system knows them."""
