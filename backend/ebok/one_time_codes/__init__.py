"""One-time codes by mail, whatever they prove."""
