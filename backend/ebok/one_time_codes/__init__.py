"""One-time codes by mail, for whatever purpose."""
