"""*Czy to od nas?*: whether an account, an invoice or a mail is the utility's, and what it sent."""
