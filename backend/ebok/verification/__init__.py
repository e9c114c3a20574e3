"""*Czy to od nas?*: checks whether an account, invoice or mail is ours; lists mails we sent."""
