"""Hashes of passwords that cost next to nothing, in this process and those that fork for it.

A real one takes 19 ms of a core and 19 MB, at each login of thousands.
"""

from argon2 import PasswordHasher

from ebok.accounts import operations_passwords as passwords

REAL = passwords.HASHER

passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
