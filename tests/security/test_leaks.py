"""What must not come out: in logs, rows, mails, answers, and under another name or host."""

import base64
import logging
import re
import struct

import pytest
from peewee import IntegrityError

from api import create_api
from cast import new_code, new_customer, new_email
from ebok import settings
from ebok.access import anyone
from ebok.app import create_app, create_core
from ebok.captcha.models import SpentCaptcha
from ebok.captcha.operations import _seal
from ebok.database import database, now
from ebok.registration.models import Registration, Review
from ebok.settings import WrongSettings, load
from visitor import PASSWORD, Visitor, form_of, solve


class Lines(logging.Handler):
    """What would have been written to the log."""

    def __init__(self):
        super().__init__()
        self.text = ""

    def emit(self, record):
        self.text += logging.Formatter("%(message)s").format(record)


def app_of(tmp_path, **environment):
    """An application with these settings, at an empty database."""
    return create_app(load({"EBOK_DATA_DIR": str(tmp_path), **environment}))


@pytest.mark.shows("T9.3", "V13.4.2", "V16.3.4", "V16.5.1")
def test_fault_of_ours_is_logged_without_what_it_was_about(tmp_path):
    """Postgres tells the row: 'Key (email)=(anna@…) already exists'."""
    app, lines = create_api(load({"EBOK_DATA_DIR": str(tmp_path)})), Lines()

    def crash():
        raise IntegrityError("DETAIL: Key (email)=(anna@poczta.example) already exists")

    app.add_url_rule("/api/crash", "crash", anyone(crash))
    logging.getLogger("ebok").addHandler(lines)
    try:
        answer = app.test_client().get("/api/crash")
    finally:
        logging.getLogger("ebok").removeHandler(lines)
    assert answer.status_code == 500
    assert "anna" not in lines.text + answer.text
    assert "IntegrityError" in lines.text
    assert re.search(r"test_leaks\.py:\d+ crash", lines.text)


@pytest.mark.shows("T9.3", "V14.2.4", "V16.2.5")
def test_whole_registration_leaves_nothing_personal_in_the_log(office, visitor):
    customer = new_customer("Żelisława Brzęczyszczykiewicz")
    email = visitor.open_account(customer)
    visitor.get("/api/account")
    visitor.delete("/api/session")
    visitor.log_in(customer.code, "wrong", 401)
    log = office.log()
    for secret in (
        email,
        customer.code,
        "Brzęczyszczykiewicz",
        PASSWORD,
        "600000123",
        customer.number,
    ):
        assert secret not in log
    assert office.mail_to(email).code not in re.sub(r"\d+:\d+:\d+,\d+|mail=\d+", "", log)


@pytest.mark.shows("T9.1")
def test_stolen_backup_opens_nothing(office, visitor):
    """Every value of every table, against every secret that was mailed or lies in a cookie."""
    customer = new_customer(email=new_email())
    temporary = visitor.register(customer)
    registration = Registration.get(Registration.customer_code == customer.code)
    mails = office.mails_to(registration.email)
    secrets = [
        temporary,
        mails[0].code,
        *re.findall(r"#(\S+)", "\n".join(m.text for m in office.post.mails)),
    ]
    secrets += list(visitor.http.cookies.values())
    tables = database.get_tables()
    rows = "\n".join(
        str(row)
        for table in tables
        for row in database.execute_sql(f'SELECT * FROM "{table}"').fetchall()
    )
    assert customer.code in rows
    assert len(secrets) >= 4
    for secret in secrets:
        assert not re.search(rf"\b{re.escape(secret)}\b", rows), secret


@pytest.mark.shows("T6.2")
def test_host_that_is_not_ours_gets_no_answer_and_starts_no_mail(visitor):
    """A link in a mail could otherwise lead to the host that was asked for."""
    visitor.start(new_code())
    typed = {"customer_code": new_code(), "email": new_email(), **visitor.captcha()}
    visitor.http.headers["Host"] = "evil.example"
    visitor.post("/api/registration", 400, **typed)
    visitor.get("/start", 400)


@pytest.mark.shows("T6.4", "V1.2.2", "V3.7.2")
@pytest.mark.parametrize(
    "path", ["//evil.example/start", "/start?next=//evil.example", "/zmiana-hasla"]
)
def test_way_to_the_login_leads_nowhere_else(visitor, path):
    assert visitor.get(path, 303).headers["Location"] == "/logowanie"


@pytest.mark.parametrize("path", ["/faktury/0f3a9c41?next=//evil.example", "/faktury/0f3a9c41"])
def test_way_to_the_login_knows_the_page_that_was_asked_for(visitor, path):
    assert visitor.get(path, 303).headers["Location"] == "/logowanie?next=/faktury/0f3a9c41"


@pytest.mark.parametrize(
    ("path", "next_"),
    [
        ("/faktury?state=due&number=FV%2F1&point=39-1", "/faktury%3Fstate%3Ddue"),
        ("/platnosci?zlecenie=0f3a&x=//evil.example", "/platnosci%3Fzlecenie%3D0f3a"),
        ("/faktury?state=//evil.example", "/faktury"),
    ],
)
def test_way_to_the_login_holds_nothing_that_says_whose_it_is(visitor, path, next_):
    assert visitor.get(path, 303).headers["Location"] == f"/logowanie?next={next_}"


@pytest.mark.shows("V5.3.1")
@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2f..%2fsettings.py",
        "/static/%2e%2e/settings.py",
        "/static/..%5capp.py",
        "/static//etc/passwd",
    ],
)
def test_static_files_are_those_of_the_build(visitor, path):
    answer = visitor.http.get(path)
    assert answer.status_code == 404
    assert "import " not in answer.text


@pytest.mark.shows("T7.4", "V3.5.1")
def test_change_without_the_token_of_this_browser_is_refused(visitor, other_visitor):
    other = other_visitor.get("/api/session")["session"]["csrf_token"]
    visitor.get("/api/session")
    for token in ("", "x", other):
        answer = visitor.http.post("/api/registration", json={}, headers={"X-CSRFToken": token})
        assert (answer.status_code, answer.json()["code"]) == (400, "csrf")


@pytest.mark.shows("T7.4", "V7.2.4")
def test_cookie_that_was_planted_before_the_login_opens_nothing(office, visitor):
    """Session fixation: the thief's copy of the cookie stays nobody's."""
    customer = new_customer()
    with Visitor(office) as anna:
        anna.open_account(customer)
    visitor.get("/api/session")
    planted = dict(visitor.http.cookies)
    visitor.log_in(customer.code, PASSWORD)
    with Visitor(office) as thief:
        thief.http.cookies.update(planted)
        assert not thief.get("/api/session")["session"]["signed_in"]


@pytest.mark.shows("T7.1")
def test_next_person_at_a_shared_computer_finds_nothing(visitor):
    customer = new_customer()
    visitor.open_account(customer)
    answer = visitor.delete("/api/session")
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    visitor.get("/api/registration", 404)
    visitor.get("/api/account", 401)
    assert visitor.get("/start", 303).headers["Location"] == "/logowanie"


@pytest.mark.shows("T7.11", "V14.2.2", "V14.3.2")
def test_answers_of_the_api_are_kept_by_nobody(visitor):
    captcha = visitor.get("/api/captcha")["captcha"]
    for path in ("/api/session", "/api/captcha", captcha["picture"], captcha["sound"]):
        assert visitor.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.shows("T3.1", "V9.1.1")
def test_puzzle_cannot_be_forged_prolonged_or_used_twice(visitor):
    captcha = visitor.captcha()
    good = captcha["captcha_id"]
    later, other = "____" + good[4:], good[:-1] + ("B" if good.endswith("A") else "A")
    for forged in (later, other, good.lower(), good + "=", "", "ą" * 40, good * 3):
        visitor.start(new_code(), expect=422, captcha_id=forged, captcha_answer=solve(forged))
    visitor.start(new_code(), **captcha)
    visitor.start(new_code(), expect=422, **captcha)
    assert SpentCaptcha.select().where(SpentCaptcha.id == good).count() == 1


@pytest.mark.shows("T9.8")
def test_mailbox_of_the_demo_is_on_loopback_only(tmp_path, visitor):
    """It shows every mail, and so every code."""
    visitor.get("/api/demo/mail", 404)
    reached = {"EBOK_BASE_URL": "https://ebok.example"}, {"EBOK_HOST": "0.0.0.0"}
    for where in reached:
        with pytest.raises(WrongSettings, match="demo: only on loopback"):
            load({"EBOK_DEMO": "true", "EBOK_DATA_DIR": str(tmp_path), **where})


PUBLIC = {
    "EBOK_SECRET_KEY": "x" * 40,
    "EBOK_MAIL_SERVER": "mail.example",
    "EBOK_MAIL_DEFAULT_SENDER": "ebok@example.pl",
}


@pytest.mark.parametrize(
    ("base_url", "name", "path"),
    [
        ("https://ebok.example.pl", "__Host-ebok_session", "/"),
        ("https://ebok.example.pl/Town", "__Secure-ebok_session", "/Town/"),
    ],
)
def test_under_https_cookie_and_transport_are_strict_whatever_the_proxy_says(
    tmp_path, base_url, name, path
):
    app = app_of(tmp_path, EBOK_BASE_URL=base_url, **PUBLIC)
    answer = app.test_client().get(f"{path}api/session", environ_base={"wsgi.url_scheme": "http"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", f"Path={path}"} <= set(cookie.split("; "))
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")


@pytest.mark.shows("T5.5")
def test_stage_of_a_registration_never_tells_whether_the_code_exists(office):
    answers = []
    for code in (new_customer().code, new_code()):
        with Visitor(office) as somebody:
            somebody.start_and_prove(code)
            for _ in range(2):
                somebody.confirm(new_customer(), 422, "no-match")
            shown = somebody.get("/api/registration")["registration"]
            somebody.post("/api/registration/review", 202, **form_of(new_customer()))
            answers.append(
                shown | {"customer_code": "", "email": "", "resend_after": "", "proven_until": ""}
            )
    assert answers[0] == answers[1]


@pytest.mark.shows("T1.10")
@pytest.mark.parametrize("clerk", ["", "   ", "D" * 300])
def test_office_decides_under_a_name(office, visitor, clerk):
    customer = new_customer()
    email = visitor.start_and_prove(customer.code)
    for _ in range(2):
        visitor.confirm(customer, 422, "no-match", amount="1,00")
    visitor.post("/api/registration/review", 202, **form_of(customer))
    review = Review.get(Review.email == email)
    done = office.run(
        "registrations",
        "refuse",
        str(review.id),
        "--clerk",
        clerk,
        "--reason",
        "data-differ",
        check=False,
    )
    assert done.returncode == 2
    assert "a name of 1 to 100 characters" in done.stderr
    assert Review.get_by_id(review.id).decision == ""


@pytest.mark.parametrize("number", ["0", "-1", str(10**30)])
def test_number_that_is_no_request_is_wrong_use(office, number):
    done = office.run(
        "registrations",
        "refuse",
        "--clerk",
        "Dorota",
        "--reason",
        "withdrawn",
        "--",
        number,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.shows("V9.2.1")
def test_expired_puzzle_is_refused(office, visitor):
    """Its time is in its name, under seal."""
    app = create_core(settings.load(office.settings()))
    with app.test_request_context():
        past = int(now().timestamp()) - 10 * 86400
        body = base64.urlsafe_b64encode(struct.pack(">I", past) + b"x" * 11).decode()
        old = body + _seal(body)
    visitor.start(new_code(), expect=422, captcha_id=old, captcha_answer=solve(old))


@pytest.mark.shows("T6.3", "V1.2.1", "V1.3.11")
def test_address_in_billing_cannot_add_a_header_or_a_recipient(office, visitor):
    """The import refuses it; should it come in another way, no mail leaves and the rest goes on."""
    stranger = new_email()
    customer = new_customer(email=f"a@poczta.example\r\nBcc: {stranger}")
    visitor.register(customer)
    twice = new_customer(email=f"b@poczta.example, {stranger}")
    with Visitor(office) as somebody:
        somebody.register(twice)
    assert not [mail for mail in office.post.mails if stranger in str(mail.recipients)]
