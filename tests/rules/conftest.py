"""One application in this process, to look at it from the inside: rules hold for all of it."""

import pytest

from ebok import database, settings
from ebok.app import create_app
from office import SECRET


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The application in demo mode, where everything that can exist does."""
    data = tmp_path_factory.mktemp("rules")
    chosen = settings.load(
        {"EBOK_DATA_DIR": str(data), "EBOK_SECRET_KEY": SECRET, "EBOK_DEMO": "true"}
    )
    app = create_app(chosen)
    from ebok.database.migrate import migrate

    migrate()
    return app


@pytest.fixture(autouse=True)
def at_its_database(app) -> None:
    """The house's tables are this application's again: other tests have pointed them elsewhere."""
    database.connect(app.config["EBOK"].database)
