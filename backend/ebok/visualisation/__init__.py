"""An invoice in FA(3) as a person reads it: what its file says, in sections, for page and PDF."""
