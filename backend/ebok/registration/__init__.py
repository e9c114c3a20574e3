"""Registration: the wizard from the customer code to the first login."""
