"""Checks what listens at our port: nothing, this installation, or another program."""

import errno
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException

from ebok.access import own_token
from ebok.doctor import Finding, checkup, fail, fine
from ebok.languages import say as _
from ebok.operation.serializers import instance_id
from ebok.settings import Settings

ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 compared, not bound to
PATIENCE_SECONDS = 5


@checkup("port", database=False)
def look_at_the_port(settings: Settings) -> Iterator[Finding]:
    """Check whether this installation serves at the port, or could."""
    where = f"{settings.host}:{settings.port}"
    fault = _fault_of_binding(settings)
    if not fault:
        yield fine(_("nothing is listening at %(where)s: `ebok serve` can start", where=where))
    elif fault.errno != errno.EADDRINUSE:
        what = _("Nothing can listen at %(where)s: %(why)s.", where=where, why=fault.strerror)
        yield fail(what, _("Set `host` to an address of this machine, and `port` above 1023."))
    elif _is_this_installation(settings):
        yield fine(_("this e-BOK answers at %(where)s", where=where))
    else:
        what = _("Another program, or another e-BOK, is listening at %(where)s.", where=where)
        todo = _("Find it with `ss -ltnp` and stop it, or set another `port`.")
        yield fail(what, todo)


def _fault_of_binding(settings: Settings) -> OSError | None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with closing(socket.socket(family)) as listener:
        # Ignore connections that ended a moment ago.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
            listener.listen()
        except OSError as fault:
            return fault
    return None


def _is_this_installation(settings: Settings) -> bool:
    """Whether the program that answers there has our secret key."""
    host = ANY.get(settings.host, settings.host)
    try:
        with closing(HTTPConnection(host, settings.port, timeout=PATIENCE_SECONDS)) as web:
            headers = {"Authorization": f"Bearer {own_token()}", "Host": "localhost"}
            web.request("GET", f"{settings.prefix}/healthz", headers=headers)
            return json.loads(web.getresponse().read(10_000))["office"] == instance_id()
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return False
