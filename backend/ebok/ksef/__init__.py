"""Parses FA(3) invoices from KSeF into what e-BOK stores, or refuses them with a reason."""

LARGEST_FILE = 3 * 2**20
"""Most bytes of a file: KSeF's limit with attachments is 3 MB."""
