"""Parsing, comparing and formatting of values: pure functions without I/O."""
