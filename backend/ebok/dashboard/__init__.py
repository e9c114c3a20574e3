"""*Start*: the first page after login."""
