"""Points of use, their meters, and readings from billing."""
