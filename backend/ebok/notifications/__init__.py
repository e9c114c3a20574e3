"""Notifications to customers about their invoices, and the evidence of delivery."""
