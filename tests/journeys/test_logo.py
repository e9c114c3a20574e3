"""The utility's own logo, whatever its shape: small, undistorted, and nothing pushed aside."""

import pytest

from ebok.pages.composed import compose
from ebok.pages.frames import Frame
from ebok.settings import Settings, Utility
from journeys.axe import OVERFLOW
from journeys.conftest import DESKTOP

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}"{2}><path d="M0 0h9v9z"/></svg>'
SIZED = ' width="{0}" height="{1}"'
SHAPES = {"wide": (600, 90), "tall": (60, 140), "square": (512, 512)}
LONG = "Miejskie Przedsiębiorstwo Wodociągów i Kanalizacji w Przykładowie"


@pytest.mark.parametrize("sized", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_logo_of_any_shape(shape, sized, office, open_page, tmp_path):
    width, height = SHAPES[shape]
    logo = tmp_path / "logo.svg"
    logo.write_text(SVG.format(width, height, SIZED.format(width, height) if sized else ""))
    utility = Utility(name=LONG, logo=str(logo))
    pages = compose(Settings(base_url=office.base_url, utility=utility)).pages
    body = pages["index", "pl", Frame.PUBLIC]
    page = open_page(f"{office.base_url}/regulamin")
    page.route("**/static/logo-*", lambda route: route.fulfill(path=logo))
    page.route("**/z-logo", lambda route: route.fulfill(body=body.body, content_type=body.kind))
    for screen in ({"width": 320, "height": 640}, DESKTOP):
        page.set_viewport_size(screen)
        page.goto(f"{office.base_url}/z-logo")
        drawn = page.locator(".mark--own").bounding_box()
        assert drawn["width"] / drawn["height"] == pytest.approx(width / height, rel=0.04)
        assert 10 < drawn["height"] < 60
        assert drawn["width"] < 225
        assert page.locator(".letterhead").bounding_box()["height"] < 270
        assert page.evaluate(OVERFLOW) <= 0
