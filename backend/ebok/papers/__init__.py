"""*Faktury*: what customers see of their invoices, gathered from the features that know it."""
