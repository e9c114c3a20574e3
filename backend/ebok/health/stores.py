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
        standing = migrate.find_standing()
    except Exception as fault:
        what = f"{where}: {type(fault).__name__}: {fault}"
        yield fail(what, _("Look whether it runs, and whether `database_url` is right."))
        return
    if standing.is_current:
        yield fine(_("reachable and up to date"))
    else:
        yield fail(*standing.told())
