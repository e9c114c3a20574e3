"""Parties and addresses on an FA(3) invoice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """One or two lines, a country code, and a GLN if stated."""

    lines: tuple[str, ...] = ()
    country: str = ""
    gln: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A party on an invoice, with at most one of `nip`, `eu_vat`, `foreign_id`, `internal_id`.

    `customer_code` is NrKlienta. `role` is Podmiot2, or Rola of Podmiot3 in digits or words, or
    `PU` and RolaPU; `share` is the percentage of a further buyer. `key` joins a buyer with their
    data before a correction; `status` is StatusInfoPodatnika, 1 to 4.
    """

    name: str = ""
    nip: str = ""
    eu_vat: str = ""
    foreign_id: str = ""
    internal_id: str = ""
    is_consumer: bool = False
    address: Address = Address()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    customer_code: str = ""
    role: str = ""
    share: str = ""
    key: str = ""
    is_local_government_unit: bool = False
    is_vat_group_member: bool = False
    post: Address = Address()
    eori: str = ""
    status: str = ""
