"""The billing bridge: what the billing system exports, brought into the mirror."""
