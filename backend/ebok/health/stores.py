"""The database: there, up to date, open for writing."""

from collections.abc import Iterator

from ebok import database, migrate
from ebok.doctor import DATABASE, Finding, checkup, fail, fine
from ebok.sentences import say as _
from ebok.settings import Settings


@checkup(DATABASE, quick=True, database=False)
def look_at_the_database(settings: Settings) -> Iterator[Finding]:
    """Whether it can be reached, and has every migration."""
    where = database.host_of(settings.database)
    try:
        lacking = migrate.pending()
    except Exception as fault:
        what = f"{where}: {type(fault).__name__}: {fault}"
        yield fail(what, _("Look whether it runs, and whether `database_url` is right."))
        return
    if lacking:
        what = _("It is not up to date, and lacks %(names)s.", names=", ".join(lacking))
        yield fail(what, _("Stop the office, run `ebok init`, start it."))
    else:
        yield fine(_("reachable and up to date"))
