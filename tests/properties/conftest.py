"""The languages that readers speak in when they refuse."""

from pathlib import Path

import pytest

from ebok.settings import Settings
from postman import bare_app


@pytest.fixture(scope="module", autouse=True)
def languages(tmp_path_factory):
    """An application's context, for the sentences of refusals."""
    app = bare_app(Settings(data_dir=Path(tmp_path_factory.mktemp("properties"))))
    with app.app_context():
        yield app
