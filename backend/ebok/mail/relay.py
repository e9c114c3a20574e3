"""What `ebok doctor` asks of the mail server."""

import smtplib
import ssl
from collections.abc import Iterator

from ebok.doctor import Finding, checkup, fail, fine
from ebok.sentences import say as _
from ebok.settings import Settings


@checkup("mail_server", database=False)
def look_at_the_relay(settings: Settings) -> Iterator[Finding]:
    """Whether it answers, over TLS that can be verified, and takes the login."""
    if not settings.mail_server:
        if not settings.demo:
            todo = _("Set `mail_server`.")
            yield fail(_("None is set, so no code can be mailed."), todo)
        return
    where = f"{settings.mail_server}:{settings.mail_port}"
    try:
        _greet(settings)
    except (OSError, smtplib.SMTPException) as fault:
        todo = _("Look whether it runs, and whether the settings `mail_…` are right.")
        yield fail(f"{where}: {type(fault).__name__}: {fault}", todo)
        return
    if settings.mail_use_tls:
        yield fine(_("%(where)s answers, with verified TLS", where=where))
    else:
        yield fine(_("%(where)s answers", where=where))


def _greet(settings: Settings) -> None:
    with smtplib.SMTP(settings.mail_server, settings.mail_port, timeout=10) as server:
        if settings.mail_use_tls:
            context = ssl.create_default_context(cafile=settings.mail_ca_file or None)
            server.starttls(context=context)
        if settings.mail_username:
            server.login(settings.mail_username, settings.mail_password)
        server.noop()
