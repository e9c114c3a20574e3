"""What customers are told by mail of their invoices, and what became of it."""
