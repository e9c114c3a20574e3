"""`staff_networks`: the back office is nowhere but where the staff are."""

import pytest

from ebok import settings
from ebok.app import create_app
from ebok.database import migrate
from office import SECRET

AT = {
    "192.0.2.7": True,
    "198.51.100.7": False,
    "2001:db8:7::12": True,
    # The same line's network, and not the address that was allowed.
    "2001:db8:7::13": False,
    "::ffff:192.0.2.9": True,
    "": False,
}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A browser of an office with two networks."""
    environment = {
        "EBOK_DATA_DIR": str(tmp_path_factory.mktemp("networks")),
        "EBOK_SECRET_KEY": SECRET,
        "EBOK_STAFF_NETWORKS": "192.0.2.0/24, 2001:db8:7::12/128",
    }
    app = create_app(settings.load(environment))
    migrate.migrate()
    return app.test_client()


@pytest.mark.shows("T14.11")
@pytest.mark.parametrize(("address", "is_answered"), AT.items())
def test_back_office_answers_from_its_networks_alone(client, address, is_answered):
    around = {"REMOTE_ADDR": address}
    nowhere = client.get("/biuro/nic", environ_overrides=around)
    for path in ("/biuro/logowanie", "/biuro/zaproszenie"):
        seen = client.get(path, environ_overrides=around)
        assert (seen.status_code == 200) == is_answered
        # As if there were no such page.
        assert is_answered or (seen.status_code, seen.text) == (404, nowhere.text)
    seen = client.get("/biuro", environ_overrides=around)
    assert seen.status_code == (303 if is_answered else 404)
    assert client.post("/biuro/logowanie", environ_overrides=around).status_code == (
        400 if is_answered else 404
    )
    assert client.get("/logowanie", environ_overrides=around).status_code == 200


def test_setting_that_is_no_network_stops_the_start(tmp_path):
    chosen = {"EBOK_SECRET_KEY": SECRET, "EBOK_DATA_DIR": str(tmp_path)}
    with pytest.raises(settings.WrongSettings, match="staff_networks"):
        settings.load(chosen | {"EBOK_STAFF_NETWORKS": "192.0.2.0/33"})
