"""Mail: rows written beside their cause, letters with their templates, the sender, the worker."""
