"""Renders HTML templates to tagged PDFs in a separate process."""
