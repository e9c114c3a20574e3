"""Makes JPK_FA(4) files: `jpk()` is one with these invoices and lines, and right control sums."""

from decimal import Decimal

from ksef.faktura import BUYER, SELLER, el, els

NAMESPACE = "http://jpk.mf.gov.pl/wzor/2022/02/17/02171/"
HEADER = (
    '<KodFormularza kodSystemowy="JPK_FA (4)" wersjaSchemy="1-0">JPK_FA</KodFormularza>'
    "<WariantFormularza>4</WariantFormularza><CelZlozenia>1</CelZlozenia>"
    "<DataWytworzeniaJPK>2026-11-30T08:00:00</DataWytworzeniaJPK>"
    "<DataOd>2024-01-01</DataOd><DataDo>2024-12-31</DataDo><KodUrzedu>1814</KodUrzedu>"
)
MARKS = els(
    **dict.fromkeys(("P_16", "P_17", "P_18", "P_18A", "P_19", "P_20", "P_21", "P_22"), "false")
) + els(**dict.fromkeys(("P_23", "P_106E_2", "P_106E_3"), "false"))


def sold(number: str = "FV/2024/1", kind: str = "VAT", nip: str = BUYER, **parts: str) -> str:
    """Faktura. Parts: currency, day, buyer, foreign, seller, sums, gross, correction."""
    take = parts.get
    return el(
        "Faktura",
        els(KodWaluty=take("currency", "PLN"), P_1=take("day", "2024-10-31"), P_2A=number),
        els(P_3A=take("buyer", "Piekarnia Kłos"), P_3B="Rynek 7", P_3C="Wodociągi", P_3D="Wodna 1"),
        els(P_4B=take("seller", SELLER), P_5A=take("foreign")),
        nip and el("P_5B", nip),
        el("P_6", take("day", "2024-10-31")),
        take("sums", els(P_13_2="100.00", P_14_2="8.00")),
        el("P_15", take("gross", "108.00")),
        MARKS,
        el("RodzajFaktury", kind),
        take("correction", ""),
    )


def row(number: str = "FV/2024/1", name: str = "Woda", net: str = "100.00", **parts: str) -> str:
    """FakturaWiersz."""
    count, rate = parts.get("quantity", "20"), parts.get("rate", "8")
    told = els(P_2B=number, P_7=name, P_8A="m3", P_8B=count, P_9A="5.00")
    return el("FakturaWiersz", told, els(P_11=net, P_12=rate))


def jpk(*parts: str, seller: str = SELLER, **controls: str) -> bytes:
    """The bytes of a file; `controls` replace its control sums."""
    invoices = [part for part in parts if part.startswith("<Faktura>")]
    lines = [part for part in parts if part.startswith("<FakturaWiersz>")]
    identity = el("IdentyfikatorPodmiotu", els(NIP=seller, PelnaNazwa="Wodociągi Sp. z o.o."))
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<JPK xmlns="{NAMESPACE}">'
    return "\n".join(
        (
            head + el("Naglowek", HEADER),
            el("Podmiot1", identity),
            *invoices,
            el(
                "FakturaCtrl",
                els(LiczbaFaktur=controls.get("count", len(invoices))),
                els(WartoscFaktur=controls.get("value", _total(invoices, "P_15"))),
            ),
            *lines,
            el(
                "FakturaWierszCtrl",
                els(LiczbaWierszyFaktur=controls.get("line_count", len(lines))),
                els(WartoscWierszyFaktur=controls.get("line_value", _total(lines, "P_11"))),
            ),
            "</JPK>",
        )
    ).encode()


def _total(parts: list[str], name: str) -> str:
    amounts = (part.split(f"<{name}>")[1].split("<")[0] for part in parts)
    return str(sum(Decimal(a) for a in amounts if a.replace(".", "").lstrip("-").isdigit()))
