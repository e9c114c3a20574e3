"""Mail: the outbox, letters and their templates, the SMTP client, the worker."""
