"""Measured comparisons: each contestant against a baseline in the same run, taking turns."""
