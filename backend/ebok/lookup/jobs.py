"""What keeps the index of customers in step when nobody searches."""

from ebok.jobs import Retention, job
from ebok.lookup import operations_index as index, operations_searches as searches
from ebok.settings import Settings

SECONDS = 2


@job(every_seconds=SECONDS)
def index_changes(_settings: Settings) -> bool:
    """Index customers that an import or an account has changed; whether more are left."""
    return index.catch_up()


forget_searches = Retention(searches.forget_searches)
