"""The customer's page in the office: what happened, what can be done about it, who looks."""
