"""Water used and its cost by period, from invoices and meters."""
