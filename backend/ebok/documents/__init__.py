"""Documents of invoices: PDF and XML files."""
