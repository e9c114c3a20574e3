"""The customer's invoices, corrections and interest notes, mirrored from billing."""
