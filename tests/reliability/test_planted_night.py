"""A night of the demo town with twenty faults in it: one report, one alert, the right mails."""

import csv
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from cast import today
from ebok import database
from ebok.accounts.models import Account
from ebok.app import create_core
from ebok.customers.models import Customer
from ebok.demo.operations_people import inhabitants
from ebok.demo.operations_residents import RESIDENTS, settle_in
from ebok.demo.operations_town import write_bundle, write_news
from ebok.invoices.models import Invoice
from ebok.mail.models import Mail
from ebok.settings import Settings, load
from office import Office
from patience import until
from smtp import MailServer

ADMIN = "administrator@wodociagi.example"
TOWN = Settings()
LAST_MONTH = today().replace(day=1) - timedelta(days=1)
WRONG_SUM, FAR_SUM, OTHER_ACCOUNT = "39-29003", "39-29007", "39-29012"


@pytest.fixture
def own_office(database_url, tmp_path):
    """The demo town's office, whose residents have the e-invoice."""
    data = tmp_path / "data"
    data.mkdir()
    with MailServer() as post, Office(database_url, data, post, EBOK_ALERT_EMAILS=ADMIN) as office:
        write_bundle(tmp_path / "town", TOWN, LAST_MONTH)
        office.run("import", str(tmp_path / "town"))
        database.connect(database_url)
        database.database.connect(reuse_if_open=True)
        with create_core(load(office.settings())).app_context():
            settle_in()
        yield office
        database.database.close_all()


@dataclass
class Night:
    """A bundle as rows that can be spoilt; `numbers` are its invoices by customer code."""

    folder: Path
    rows: dict[str, list[dict]] = field(default_factory=dict)

    def __post_init__(self):
        self.folder.mkdir()
        write_news(self.folder, TOWN, LAST_MONTH.replace(day=1), today())
        for path in self.folder.glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                self.rows[path.stem] = list(csv.DictReader(file, delimiter=";"))

    def invoice_of(self, code: str) -> dict:
        """The row of this customer's invoice."""
        return next(row for row in self.rows["invoices"] if row["customer_code"] == code)

    def first_line_of(self, code: str) -> dict:
        """The first line of this customer's invoice."""
        number = self.invoice_of(code)["invoice_number"]
        return next(row for row in self.rows["invoice_lines"] if row["invoice_number"] == number)

    def invoice(self, code: str, **columns) -> None:
        """Spoil the row of this customer's invoice."""
        self.invoice_of(code).update(columns)

    def another(self, file: str, like: dict, **columns) -> None:
        """One row more."""
        self.rows.setdefault(file, []).append(like | columns)

    def lay(self, path: str, content: bytes) -> None:
        """One file more."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(content)

    def deliver(self, inbox: Path) -> None:
        """Put it into the inbox, whole."""
        for name, rows in self.rows.items():
            with (self.folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]), delimiter=";", restval="")
                writer.writeheader()
                writer.writerows(rows)
        moved = self.folder.rename(inbox / "night")
        (moved / ".ready").touch()


def people() -> list[dict]:
    """The first customers of the town as rows of customers.csv."""
    return [asdict(who) for who in inhabitants(TOWN.utility)][:60]


def spoil_rows(night: Night) -> None:
    """Ten rows and files that are wrong, each in another way."""
    night.invoice(WRONG_SUM, gross="1,00")
    like = night.invoice_of("39-29005")
    night.another("invoices", like, invoice_number="FV/OBCA", customer_code="39-99999")
    night.invoice("39-29020", due_on="2026-02-30")
    night.invoice("39-29021", customer_code="39-2902l")
    former = Invoice.select().where(Invoice.customer == "39-29023").first()
    night.another("invoices", like, invoice_number=former.number, customer_code="39-29025")
    night.first_line_of("39-29022")["vat_rate"] = "8,5"
    night.another("invoice_lines", night.first_line_of("39-29005"), invoice_number="FV/NIE/MA")
    payment = {"payment_id": "P/ZŁA", "customer_code": "39-29005", "booked_on": str(today())}
    payment |= {"amount": "12,3O", "title": "", "invoice_number": ""}
    night.another("payments", payment)
    night.lay(f"documents/{like['invoice_number'].replace('/', '_')}x.pdf", b"%PDF-1.7 of nobody")
    night.lay("documents/skan.pdf", b"no PDF at all")
    night.lay("ksef/zepsuty.xml", b"<Faktura xmlns='http://crd.gov.pl/wzor/2025/06/25/13775/'/>")


def lay_strange_files(night: Night) -> None:
    """Five files that are none of ours."""
    night.lay("__MACOSX/._invoices.csv", b"\0\5\26\7")
    night.lay(".DS_Store", b"\0\0\0\1Bud1")
    night.lay("Thumbs.db", b"\xd0\xcf\x11\xe0")
    night.lay("upo.xml", b"<Potwierdzenie xmlns='http://upo.schematy.mf.gov.pl/KSeF/v4-3'/>")
    night.lay("notatki.txt", "zażółć".encode())


def bring_what_is_odd(night: Night) -> None:
    """Five things that a person has to decide on."""
    gross = 400_000
    sums = {"net": gross, "vat": gross * 8 // 100, "gross": gross + gross * 8 // 100}
    shown = {name: f"{grosze // 100},{grosze % 100:02}" for name, grosze in sums.items()}
    night.invoice(FAR_SUM, **shown, outstanding=shown["gross"])
    night.first_line_of(FAR_SUM)["net"] = shown["net"]
    night.invoice("39-29032", issued_on="2062-01-01", due_on="2062-01-31")
    night.invoice("39-29031", outstanding="9000,00")
    rows = people()
    codes = {row["customer_code"]: row for row in rows}
    codes[OTHER_ACCOUNT]["bank_account"] = codes["39-29013"]["bank_account"]
    codes["39-29014"]["name"] = "?????"
    night.rows["customers"] = rows


def await_report(office: Office) -> str:
    """The report beside the bundle that was taken; a draft of it begins with a dot."""
    intake = office.data_dir / "intake"
    [path] = until(lambda: list(intake.rglob("[!.]*night*.txt")), office.process, office.log)
    return path.read_text("utf-8")


def await_no_mail_waits(office: Office) -> None:
    waiting = Mail.select().where(Mail.sent_at.is_null(), Mail.failed_at.is_null())
    until(lambda: not waiting.exists(), office.process, office.log)


def residents_mails(office: Office) -> dict[str, list]:
    """The mails to each resident, by customer code."""
    codes = [resident.customer_code for resident in RESIDENTS]
    addresses = {code: Account.find(code).email for code in codes}
    return {code: office.mails_to(address) for code, address in addresses.items()}


ASIDE = (
    "invoices.csv, wiersz 4, kolumna gross",
    'kolumna due_on: "2026-02-30"',
    'kolumna customer_code: "39-2902l"',
    'kolumna customer_code: "39-99999"',
    "bo to faktura tego klienta",
    'kolumna vat_rate: "8,5"',
    'kolumna invoice_number: "FV/NIE/MA"',
    'kolumna amount: "12,3O"',
    "skan.pdf: oczekiwano całego PDF",
    "zepsuty.xml, wiersz 1",
)
PASSED_OVER = (
    "pliki, które komputer sam zostawia w folderach: 3",
    "UPO: 1, pierwszy to upo.xml",
    "plik notatki.txt",
)
HELD = (
    "39-29012: 1090 1014 0000 … 0000 0012 → 1090 1014 0000 … 0000 0013",
    "to także konto klienta 39-29013",
    "39-29014: Paweł Sęk → ?????",
    "2062-01-01",
    "zł → 4 320,00 zł",
)


@pytest.mark.shows("P86")
def test_night_with_twenty_faults_ends_in_one_report_and_the_right_mails(own_office, tmp_path):
    night = Night(tmp_path / "night")
    odd, good = night.invoice_of(FAR_SUM), night.invoice_of("39-29005")
    unpaid = f"{night.invoice_of('39-29031')['gross']} zł → 9 000,00 zł"
    spoil_rows(night)
    lay_strange_files(night)
    bring_what_is_odd(night)
    account = Customer.get_by_id(OTHER_ACCOUNT).bank_account
    night.deliver(own_office.data_dir / "inbox")
    report = await_report(own_office)
    for told in (
        *ASIDE,
        *PASSED_OVER,
        *HELD,
        unpaid,
        "296 nowych faktur",
        "Nic nie zostało zmienione",
    ):
        assert told in report, report
    alert = own_office.mail_to(ADMIN)
    assert alert.subject == "e-BOK: Import night jest wstrzymany. Nic nie zostało zmienione."
    assert "zmienione numery kont: 1" in alert.text
    await_no_mail_waits(own_office)
    # Nothing was applied yet, and no customer was told.
    assert own_office.post.mails == [alert]
    assert not Invoice.select().where(Invoice.number == good["invoice_number"]).exists()
    own_office.run("imports", "publish", check=False)
    await_no_mail_waits(own_office)
    told = {code: len(mails) for code, mails in residents_mails(own_office).items()}
    assert told == {code: int(code not in (FAR_SUM, WRONG_SUM)) for code in told}
    assert len(own_office.post.mails) == 1 + len(told) - 2
    assert Invoice.select().where(Invoice.number == good["invoice_number"]).exists()
    assert not Invoice.select().where(Invoice.number == odd["invoice_number"]).exists()
    assert Customer.get_by_id(OTHER_ACCOUNT).bank_account == account
    assert Customer.get_by_id("39-29014").name == "Paweł Sęk"
