"""The picture (and sound) that keeps machines from asking for codes."""
