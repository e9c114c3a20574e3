"""argon2id at the same cost as ours."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from ebok.accounts.operations_passwords import HASHER


class Argon2(Argon2PasswordHasher):
    """Django's own, with our time, memory and threads."""

    time_cost, memory_cost, parallelism = HASHER.time_cost, HASHER.memory_cost, HASHER.parallelism
