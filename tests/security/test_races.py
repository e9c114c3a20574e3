"""Two who act at the same moment. The slower one holds a row that is no longer true.

Each test lets somebody read, lets somebody else be faster, and then lets the first go on: what
chance would do once in a thousand times, every time.
"""

import threading

import pytest

from cast import new_account, new_code, new_customer, new_email
from ebok import settings
from ebok.accounts import (
    letters,
    operations,
    operations_contacts as contacts,
    operations_links as links,
    operations_passwords as passwords,
    operations_sessions as sessions,
)
from ebok.accounts.errors import WrongLogin
from ebok.accounts.models import Account, Link, Session
from ebok.actor import Actor, Kind, staff
from ebok.app import create_core
from ebok.consents import operations as consents
from ebok.database import database
from ebok.errors import LinkSpent, SignInFirst
from ebok.exports.models import Outgoing
from ebok.mail.models import Mail
from ebok.one_time_codes.errors import CodeVoid
from ebok.profile import operations as mydata
from ebok.registration import operations as registration
from ebok.registration.models import Registration
from visitor import PASSWORD, Visitor, form_of

pytestmark = [pytest.mark.dialect, pytest.mark.shows("T10.0")]

SOMEBODY = Actor(Kind.VISITOR)
OTHER = "Jesion-przy-moscie-8"
THIEF = "Wierzba-nad-rzeka-9"


@pytest.fixture
def inside(office):
    """In the application, at the installation's database."""
    app = create_core(settings.load(office.settings()))
    with app.test_request_context():
        database.connect(reuse_if_open=True)
        yield app


@pytest.fixture
def anna(office, visitor):
    """Anna, who has an account and is logged in: her customer."""
    customer = new_customer()
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer


@pytest.mark.shows("T2.10")
def test_thief_who_is_slower_does_not_undo_the_owners_reset(inside, visitor, anna):
    """The thief's old password was right when it was compared; then the link was used."""
    thief = Account.find(anna.code)
    links.reset_password(SOMEBODY, links.new_link(thief, "reset", links.HOUR), OTHER)
    with pytest.raises(SignInFirst):
        operations.change_password(SOMEBODY, thief, THIEF, PASSWORD)
    visitor.log_in(anna.code, THIEF, 401)
    visitor.log_in(anna.code, OTHER)


@pytest.mark.shows("T2.10")
def test_login_with_a_password_that_was_just_changed_opens_no_session(inside, anna):
    thief = Account.find(anna.code)
    operations.change_password(SOMEBODY, Account.find(anna.code), OTHER, PASSWORD)
    with pytest.raises(WrongLogin):
        sessions.start_session(SOMEBODY, thief)
    assert Session.select().where(Session.account == thief).count() == 1


def test_temporary_password_of_a_mail_sent_again_does_not_replace_an_own_one(inside, visitor):
    """The mail is tried again while its first copy is being used."""
    customer = new_customer()
    temporary = visitor.register(customer)
    slow = Account.find(customer.code)
    visitor.log_in(customer.code, temporary)
    visitor.put("/api/account/password", new_password=PASSWORD)
    assert not slow.supersede_password(password_hash=passwords.hash_password(THIEF))
    assert letters._write_temporary_password(slow.id, inside.config["EBOK"]) is None
    visitor.delete("/api/session")
    visitor.log_in(customer.code, PASSWORD)


def test_guess_that_was_not_paid_for_is_not_compared(inside, office, visitor):
    """The request was read before the code was made, so no try was taken for it."""
    email = new_email()
    visitor.start(new_code(), email)
    code = office.mail_to(email).code
    Registration.update(code_attempts_left=0).where(Registration.email == email).execute()
    early = Registration.get(Registration.email == email)
    early.code_hash = ""
    with pytest.raises(CodeVoid):
        registration.confirm_code(Actor(Kind.VISITOR, network=visitor.source), early, code)
    assert visitor.get("/api/registration")["registration"]["stage"] == "code"


@pytest.mark.shows("T1.1", "V7.4.2")
def test_freezing_ends_sessions_and_links_that_are_on_their_way(inside, visitor, anna):
    account = Account.find(anna.code)
    reset = links.new_link(account, "reset", links.HOUR)
    links.freeze(SOMEBODY, links.new_link(account, "freeze", links.HOUR))
    with pytest.raises(LinkSpent):
        links.reset_password(SOMEBODY, reset, THIEF)
    visitor.get("/api/account", 401)
    visitor.log_in(anna.code, PASSWORD, 423, "account-frozen")


@pytest.mark.shows("T1.7")
@pytest.mark.parametrize("end", ["frozen", "closed"])
def test_request_that_began_before_the_end_changes_nothing_after_it(inside, visitor, anna, end):
    thief = Account.find(anna.code)
    if end == "frozen":
        operations.freeze_by_clerk(staff("dorota"), anna.code)
    else:
        mydata.close_by_clerk(staff("dorota"), anna.code)
    before = Account.get_by_id(thief.id), Outgoing.select().count()
    for late in (
        lambda: consents.decide_e_invoice(SOMEBODY, thief, True, "pl"),
        lambda: contacts.change_phone(SOMEBODY, thief, "+48601000222", PASSWORD),
        lambda: mydata.choose(SOMEBODY, thief, {"remind_due": True}),
    ):
        with pytest.raises(SignInFirst):
            late()
    after = Account.get_by_id(thief.id)
    assert (after.phone, after.remind_due) == (before[0].phone, before[0].remind_due)
    assert Outgoing.select().count() == before[1]


def test_change_and_reset_at_the_same_moment_do_not_wait_for_each_other(inside, office, anna):
    """Whoever wins, one of the passwords is in force, and nothing fails."""
    account = Account.find(anna.code)
    for new, current in ((OTHER, PASSWORD), (PASSWORD, OTHER)):
        token = links.new_link(account, "reset", links.HOUR)
        with Visitor(office) as owner, Visitor(office) as elsewhere:
            owner.log_in(anna.code, current)
            elsewhere.get("/api/session")
            statuses = _at_once(owner, elsewhere, token, new, current)
        assert set(statuses) <= {200, 401, 410}, office.log()[-2000:]
        with Visitor(office) as anybody:
            anybody.log_in(anna.code, new)


def _at_once(owner, elsewhere, token, new, current) -> list[int]:
    """A change in one browser and a reset in another, started together: their statuses."""
    csrf = elsewhere.get("/api/session")["session"]["csrf_token"]
    change = {"new_password": new, "current_password": current}
    reset = {"token": token, "new_password": new}
    barrier, statuses = threading.Barrier(2), []

    def send(who, path, body, header):
        barrier.wait()
        answer = who.http.put(path, json=body, headers={"X-CSRFToken": header})
        statuses.append(answer.status_code)

    threads = [
        threading.Thread(target=send, args=(owner, "/api/account/password", change, owner.token)),
        threading.Thread(target=send, args=(elsewhere, "/api/password-reset", reset, csrf)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


@pytest.mark.shows("V2.3.4")
def test_reset_link_used_twice_at_once_works_once(inside, office, anna):
    token = links.new_link(Account.find(anna.code), "reset", links.HOUR)
    people = [Visitor(office) for _ in range(4)]
    barrier, statuses = threading.Barrier(len(people)), []

    def use(person):
        csrf = person.get("/api/session")["session"]["csrf_token"]
        barrier.wait()
        body = {"token": token, "new_password": OTHER}
        answer = person.http.put("/api/password-reset", json=body, headers={"X-CSRFToken": csrf})
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=use, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for person in people:
        person.http.close()
    assert sorted(statuses) == [200, 410, 410, 410]


def test_double_submit_opens_one_account_and_mails_one_password(office, visitor):
    customer = new_customer()
    email = visitor.start_and_prove(customer.code)
    barrier, statuses = threading.Barrier(4), []

    def submit():
        barrier.wait()
        answer = visitor.http.post(
            "/api/registration/confirmation",
            json=form_of(customer),
            headers={"X-CSRFToken": visitor.token},
        )
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 4
    wanted = (Mail.recipient == email) & (Mail.letter == "temporary_password")
    assert Mail.select().where(wanted).count() == 1


@pytest.mark.shows("T7.3", "V7.2.4")
def test_logging_in_again_ends_the_session_before_it(visitor, anna):
    account = Account.find(anna.code)
    visitor.log_in(anna.code, PASSWORD)
    visitor.log_in(anna.code, PASSWORD)
    assert Session.select().where(Session.account == account).count() == 1
    assert Link.select().where(Link.account == account).count() == 0


def test_link_is_not_spent_by_a_password_that_is_refused(inside, visitor, anna):
    token = links.new_link(Account.find(anna.code), "reset", links.HOUR)
    for refused in ("short", PASSWORD):
        visitor.put("/api/password-reset", 422, "invalid-form", token=token, new_password=refused)
    visitor.put("/api/password-reset", token=token, new_password=OTHER)
    visitor.put("/api/password-reset", 410, "link-spent", token=token, new_password=THIEF)
