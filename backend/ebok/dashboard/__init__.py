"""*Start*: what a customer sees first."""
