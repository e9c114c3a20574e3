"""KSeF: the bytes of one FA(3) invoice become what e-BOK keeps of it, or a stated refusal."""

LARGEST_FILE = 3 * 2**20
"""Bytes of one: KSeF takes 3 MB with attachments."""
