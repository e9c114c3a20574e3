"""How much water was used, and what it cost, period by period: on top of invoices and meters."""
