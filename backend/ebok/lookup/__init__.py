"""Finding: one box over customers, invoices and meters, and who was found by whom."""
