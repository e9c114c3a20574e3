"""A series of nightly bundles: each is the previous one with some changes."""

import copy
from pathlib import Path
from random import Random

from billing.bundles import as_csv, customer, invoice, line, meter, payment, point, reading

NAMES = ("customers", "invoices", "invoice_lines", "instalments", "payments", "points", "meters",
         "readings")  # fmt: skip


def first_night(customers: int = 4, each: int = 2) -> dict[str, list[dict]]:
    """All files for this many customers, with `each` invoices per customer."""
    codes = [f"39-{n}" for n in range(1, customers + 1)]
    told = {name: [] for name in NAMES}
    for n, code in enumerate(codes, 1):
        told["customers"].append(customer(customer_code=code, name=f"Jan Żak {n}", moved="") | {})
        told["points"].append(point(point_code=f"PP/{n}", customer_code=code))
        told["meters"].append(meter(meter_serial=f"W{n}", point_code=f"PP/{n}"))
        for k in range(each):
            told["readings"].append(_reading(f"W{n}", k))
            _add_invoice(told, code, f"FV/{n}/{k}")
    for row in told["customers"]:
        del row["moved"]
    return told


def _reading(serial: str, k: int) -> dict:
    value = f"{1000 + k},500"
    return reading(meter_serial=serial, read_on=f"2026-0{k % 9 + 1}-28", value=value)


def _add_invoice(told: dict, code: str, number: str) -> None:
    own = {"invoice_number": number, "customer_code": code}
    told["invoices"].append(invoice(**own, moved_from=""))
    for position, net in (("1", "600,00"), ("2", "400,00")):
        told["invoice_lines"].append(line(invoice_number=number, position=position, net=net))
    told["instalments"].append(
        {"invoice_number": number, "due_on": "2026-11-14", "amount": "1080,00"}
    )
    told["payments"].append(payment(payment_id=f"P/{number}", **own))


class Night:
    """The files of one night, and the one change after another that billing makes to them."""

    def __init__(self, random: Random, count: int = 0):
        self.random, self.count = random, count
        self.told = first_night()
        self.complete: set[str] = set()
        self.left_out: set[str] = set()
        self.separator = ";"

    def next(self) -> None:
        """Change some rows for the next night."""
        self.count += 1
        self.complete, self.left_out = set(), set()
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            self.random.choice(CHANGES)(self)

    def write(self, folder: Path) -> Path:
        """The bundle of this night."""
        folder.mkdir(parents=True)
        for name, rows in self.told.items():
            if rows and name not in self.left_out:
                text = as_csv(rows, self.separator)
                (folder / f"{name}.csv").write_bytes(text.encode())
        complete = self.complete - self.left_out
        complete = [name for name in complete if self.told[name]]
        if complete:
            lines = "".join(f"{name}.csv;1\n" for name in sorted(complete))
            (folder / "bundle.csv").write_text(f"file;complete\n{lines}")
        return folder

    def pick(self, name: str) -> dict:
        """A random row of a file, or a row that no file has."""
        return self.random.choice(self.told[name]) if self.told[name] else {}

    def _name(self) -> str:
        return self.random.choice([name for name in NAMES if self.told[name]])


def _pays(night: Night) -> None:
    night.pick("invoices").update(outstanding=night.random.choice(("0,00", "0,50", "1080,00")))


def _other_net(night: Night) -> None:
    net = night.random.choice(("1000,00", "1010,00", "500,00"))
    gross = f"{float(net.replace(',', '.')) + 80:.2f}".replace(".", ",")
    night.pick("invoices").update(net=net, gross=gross)


def _rename(night: Night) -> None:
    night.pick("customers").update(name=f"Nowa Nazwa {night.count}")


def _moves_house(night: Night) -> None:
    night.pick("customers").update(street=f"Nowa {night.count}")


def _wrong_email(night: Night) -> None:
    night.pick("customers").update(email=night.random.choice(("wrong", "jan@poczta.example")))


def _wrong_sum(night: Night) -> None:
    night.pick("invoices").update(gross=night.random.choice(("1080,00", "1,00")))


def _wrong_rate(night: Night) -> None:
    night.pick("invoice_lines").update(vat_rate=night.random.choice(("8", "77")))


def _wrong_nip(night: Night) -> None:
    night.pick("customers").update(nip=night.random.choice(("", "12")))


def _other_line(night: Night) -> None:
    night.pick("invoice_lines").update(name=f"Woda {night.count}")


def _new_invoice(night: Night) -> None:
    code = (night.pick("customers") or {"customer_code": "39-1"})["customer_code"]
    _add_invoice(night.told, code, f"FV/new/{night.count}")


def _new_line(night: Night) -> None:
    number = (night.pick("invoices") or {"invoice_number": "FV/1/0"})["invoice_number"]
    more = line(invoice_number=number, position=str(10 + night.count), net="0,50")
    night.told["invoice_lines"].append(more)


def _stranger(night: Night) -> None:
    night.pick("invoices").update(customer_code=night.random.choice(("39-99", "39-1")))


def _changes_hands(night: Night) -> None:
    row = night.pick("invoices")
    if row:
        row.update(moved_from=row["customer_code"], customer_code="39-2")


def _other_tenant(night: Night) -> None:
    night.pick("points").update(customer_code=night.random.choice(("39-1", "39-2", "39-3")))


def _drop(night: Night) -> None:
    rows = night.told[night._name()]
    rows.remove(night.random.choice(rows))


def _drop_of_complete(night: Night) -> None:
    name = night._name()
    night.complete.add(name)
    night.told[name].remove(night.random.choice(night.told[name]))


def _all_complete(night: Night) -> None:
    night.complete = set(NAMES)


def _leave_out(night: Night) -> None:
    night.left_out.add(night._name())


def _twice(night: Night) -> None:
    rows = night.told[night._name()]
    rows.append(copy.copy(night.random.choice(rows)))


def _contradict(night: Night) -> None:
    rows = night.told["customers"]
    if rows:
        rows.append(night.random.choice(rows) | {"street": f"Inna {night.count}"})


def _tidy(night: Night) -> None:
    """Each key once, and the values right again."""
    for name, rows in night.told.items():
        keys = {"invoice_lines": 2, "instalments": 2, "readings": 2}.get(name, 1)
        night.told[name] = list({tuple(r.values())[:keys]: r for r in rows}.values())
    for row in night.told["invoices"]:
        gross = float(row["net"].replace(",", ".")) + 80
        row["gross"] = f"{gross:.2f}".replace(".", ",")


def _shuffle(night: Night) -> None:
    night.random.shuffle(night.told[night._name()])


def _other_columns(night: Night) -> None:
    name = night._name()
    order = list(night.told[name][0])
    night.random.shuffle(order)
    night.told[name] = [{column: row[column] for column in order} for row in night.told[name]]


def _deleted(night: Night) -> None:
    name = night._name()
    for row in night.told[name]:
        row.setdefault("deleted", "")
    night.random.choice(night.told[name])["deleted"] = "1"


def _deleted_no_more(night: Night) -> None:
    for rows in night.told.values():
        for row in rows:
            if "deleted" in row:
                row["deleted"] = ""


def _other_separator(night: Night) -> None:
    night.separator = night.random.choice((";", "\t"))


def _of_several_lines(night: Night) -> None:
    night.pick("payments").update(title=night.random.choice(("a\nb", "a", 'a "b"')))


CHANGES = (
    *(_pays, _pays, _other_net, _rename, _moves_house, _wrong_email, _wrong_sum, _wrong_rate),
    *(_wrong_nip, _other_line, _new_invoice, _new_invoice, _new_line, _stranger, _changes_hands),
    *(_other_tenant, _drop, _drop, _drop_of_complete, _all_complete, _leave_out, _twice),
    *(_contradict, _tidy, _tidy, _shuffle, _other_columns, _deleted, _deleted_no_more),
    *(_other_separator, _of_several_lines),
)
