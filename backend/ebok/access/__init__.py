"""Access control: realms with their sessions, marks on views, CSRF.

Every view has a mark that says whom it answers. A view without a mark answers nobody.
"""

from ebok.access.guard import register
from ebok.access.machines import machine, own_token
from ebok.access.marks import (
    RequiresKey,
    actor,
    anyone,
    mark_of,
    requires,
    signed_in,
    signed_itself,
)
from ebok.access.network import source
from ebok.access.realms import ADMINISTRATOR, CLERK, CUSTOMER, STAFF, Realm, Role
from ebok.access.sessions import Person, Sessions, current_user, sign_in, sign_out
from ebok.access.visits import VisitOver, Visits, mounted

__all__ = [
    "ADMINISTRATOR",
    "CLERK",
    "CUSTOMER",
    "STAFF",
    "Person",
    "Realm",
    "RequiresKey",
    "Role",
    "Sessions",
    "VisitOver",
    "Visits",
    "actor",
    "anyone",
    "current_user",
    "machine",
    "mark_of",
    "mounted",
    "own_token",
    "register",
    "requires",
    "sign_in",
    "sign_out",
    "signed_in",
    "signed_itself",
    "source",
]
