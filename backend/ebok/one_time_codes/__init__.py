"""One-time codes by mail, for several purposes."""
