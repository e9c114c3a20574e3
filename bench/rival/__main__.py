"""Make the rival's own tables, and a user: `python -m bench.rival CODE PASSWORD`."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.rival.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402

call_command("migrate", verbosity=0)
User.objects.create_user(sys.argv[1], f"{sys.argv[1]}@poczta.example", sys.argv[2])
