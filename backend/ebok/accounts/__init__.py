"""Accounts: logging in, passwords, sessions."""
