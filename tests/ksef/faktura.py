"""Makes FA(3) files: `faktura()` is a plain invoice for water, and each keyword another part of it.

Parts are XML without the namespace, made with `el`; an empty one is left out.
"""

NAMESPACE = "http://crd.gov.pl/wzor/2025/06/25/13775/"
SELLER = "8671234568"
BUYER = "5265877635"
ACCOUNT = "07109010140000000000000001"
KSEF_NUMBER = "5265877635-20250826-0100001AF629-AF"


def el(name: str, *parts: object) -> str:
    """An element; parts that are empty or None are left out."""
    return f"<{name}>{''.join(str(part) for part in parts if part not in ('', None))}</{name}>"


def els(**parts: object) -> str:
    """Elements of these names and texts, in this order."""
    return "".join(el(name, part) for name, part in parts.items() if part is not None)


HEADER = (
    '<KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza>'
    "<WariantFormularza>3</WariantFormularza>"
    "<DataWytworzeniaFa>2026-10-31T08:00:00Z</DataWytworzeniaFa>"
)
ADDRESS = el("Adres", els(KodKraju="PL", AdresL1="Rynek 7/2", AdresL2="39-000 Przykładowo"))
ANNOTATIONS = {
    "cash": "2",
    "self_billing": "2",
    "reverse": "2",
    "split": "2",
    "exemption": "<P_19N>1</P_19N>",
    "transport": "<P_22N>1</P_22N>",
    "triangular": "2",
    "margin": "<P_PMarzyN>1</P_PMarzyN>",
}
SUMS = els(P_13_2="100.00", P_14_2="8.00")


def annotations(**changes: str) -> str:
    """Adnotacje."""
    say = ANNOTATIONS | changes
    return el(
        "Adnotacje",
        els(P_16=say["cash"], P_17=say["self_billing"], P_18=say["reverse"], P_18A=say["split"]),
        el("Zwolnienie", say["exemption"]),
        el("NoweSrodkiTransportu", say["transport"]),
        el("P_23", say["triangular"]),
        el("PMarzy", say["margin"]),
    )


def line(number: int = 1, **parts: object) -> str:
    """FaWiersz; its parts in the order of the schema."""
    return el("FaWiersz", el("NrWierszaFa", number), els(**parts))


LINE = line(P_7="Woda", P_8A="m3", P_8B="20", P_9A="5", P_11="100", P_12="8")


def buyer(identity: str = el("NIP", BUYER), name: str = "Piekarnia Kłos", **parts: str) -> str:
    """Podmiot2. `code` is NrKlienta."""
    code, address = parts.get("code", "39-29001"), parts.get("address", ADDRESS)
    return el(
        "Podmiot2",
        el("DaneIdentyfikacyjne", identity, name and el("Nazwa", name)),
        address,
        parts.get("contacts", ""),
        code and el("NrKlienta", code),
        parts.get("key", ""),
        els(JST=parts.get("jst", "2"), GV=parts.get("gv", "2")),
    )


def corrected(number: str = "FV/1", ksef_number: str = "", day: str = "2026-09-30") -> str:
    """DaneFaKorygowanej."""
    in_ksef = els(NrKSeF="1", NrKSeFFaKorygowanej=ksef_number)
    return el(
        "DaneFaKorygowanej",
        els(DataWystFaKorygowanej=day, NrFaKorygowanej=number),
        in_ksef if ksef_number else el("NrKSeFN", 1),
    )


def due(*days: str, accounts: tuple[str, ...] = (ACCOUNT,), **parts: str) -> str:
    """Platnosc."""
    return el(
        "Platnosc",
        parts.get("paid", ""),
        *(el("TerminPlatnosci", el("Termin", day)) for day in days),
        el("FormaPlatnosci", 6),
        *(el("RachunekBankowy", el("NrRB", number)) for number in accounts),
        parts.get("rest", ""),
    )


def note(key: str, value: str, about: int | None = None) -> str:
    """DodatkowyOpis."""
    return el("DodatkowyOpis", els(NrWiersza=about, Klucz=key, Wartosc=value))


def faktura(kind: str = "VAT", **parts: object) -> bytes:
    """The bytes of a file. Parts: seller, buyer, others, currency, day, number, period, sums,
    gross, annotations, correction, marks, notes, advances, lines, settlement, payment, order,
    footer, attachment, and `after_order` of Fa, `head` before the root."""
    take = parts.get
    fa = el(
        "Fa",
        els(KodWaluty=take("currency", "PLN"), P_1=take("day", "2026-10-31")),
        els(P_2=take("number", "FV/2026/10/1")),
        take("period", el("OkresFa", els(P_6_Od="2026-10-01", P_6_Do="2026-10-31"))),
        take("sums", SUMS),
        el("P_15", take("gross", "108.00")),
        take("annotations", annotations()),
        el("RodzajFaktury", kind),
        take("correction", ""),
        take("marks", ""),
        take("notes", ""),
        take("advances", ""),
        take("lines", LINE),
        take("settlement", ""),
        take("payment", due("2026-11-14")),
        take("conditions", ""),
        take("order", ""),
    )
    seller = take("seller", SELLER)
    identity = el("DaneIdentyfikacyjne", els(NIP=seller, Nazwa="Wodociągi Sp. z o.o."))
    root = (
        f'<Faktura xmlns="{NAMESPACE}">',
        el("Naglowek", HEADER),
        el("Podmiot1", identity, ADDRESS),
        take("buyer", buyer()),
        take("others", ""),
        fa,
        take("footer", ""),
        take("attachment", ""),
        "</Faktura>",
    )
    head = take("head", '<?xml version="1.0" encoding="UTF-8"?>\n')
    return (head + "\n".join(filter(None, root))).encode()
