"""Who works in the office: accounts, logins with a second factor, roles."""
