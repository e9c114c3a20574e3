"""The history of imports: what came from billing, when, and what it replaced."""
