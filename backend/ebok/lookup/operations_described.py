"""What tells found customers apart: name, addresses, account."""

from collections.abc import Sequence

from ebok.database import all_rows, placeholders


def accounts_of(codes: Sequence[str]) -> dict[str, bool]:
    """Whether the account of each customer who has one is frozen."""
    if not codes:
        return {}
    rows = all_rows(
        f"""
        SELECT customer_code, frozen_at IS NOT NULL FROM account
        WHERE closed_at IS NULL AND customer_code IN ({placeholders(codes)})
        """,
        *codes,
    )
    return {code: bool(is_frozen) for code, is_frozen in rows}


def addresses_of(codes: Sequence[str]) -> dict[str, list[tuple[str, str, str]]]:
    """Street, postal code and town of each customer, and then of their points of use."""
    if not codes:
        return {}
    marks = placeholders(codes)
    rows = all_rows(
        f"""
        SELECT code, street, postal_code, city, 0 FROM customer WHERE code IN ({marks})
        UNION SELECT customer_code, street, postal_code, city, 1 FROM point_of_use
        WHERE customer_code IN ({marks}) ORDER BY 5, 2
        """,
        *codes,
        *codes,
    )
    found: dict[str, list[tuple[str, str, str]]] = {}
    for code, street, postal_code, city, _from in rows:
        if street or city:
            found.setdefault(code, []).append((street, postal_code, city))
    return found


def names_of(codes: Sequence[str]) -> dict[str, str]:
    """The customers' names."""
    if not codes:
        return {}
    rows = all_rows(
        f"SELECT code, name FROM customer WHERE code IN ({placeholders(codes)})", *codes
    )
    return dict(rows)
