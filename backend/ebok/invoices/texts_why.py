"""*Czemu tyle?* in words: sentences, and a label for each part."""

from dataclasses import dataclass
from fractions import Fraction

from ebok.invoices import texts_by_day as by_day, texts_opposite as opposite
from ebok.invoices.operations_lines import cause_of
from ebok.invoices.operations_why import Why
from ebok.invoices.texts import amount, cubic_metres, period
from ebok.languages import gettext as _, lazy, ngettext
from ebok.values.money import zloty
from ebok.values.rounding import rounded

MOST = Fraction(1, 2)
FEW = 2
NAMES = {
    "use": lazy("Usage"),
    "days": lazy("Days in the period"),
    "price": lazy("New tariff"),
    "corrections": lazy("Corrections"),
    "interest": lazy("Interest"),
    "one_off": lazy("One-off charges"),
    "other": lazy("Other items"),
    "rounding": lazy("Rounding"),
}
USUAL = ("use", "price", "days", "corrections", "interest")


@dataclass(frozen=True)
class Row:
    """A row of the comparison: label, amount and detail."""

    kind: str
    name: str
    detail: str
    amount_grosze: int


def rows(why: Why) -> list[Row]:
    """The parts in the order of `KINDS`."""
    return [
        Row(kind, _use_name(why) if kind == "use" else str(NAMES[kind]), _detail(why, kind), part)
        for kind, part in why.parts.items()
    ]


def unchanged(why: Why) -> str:
    """One sentence on what did not change; "" if everything did."""
    if not why.is_known:
        return ""
    names = [str(NAMES[kind]) for kind in USUAL if kind not in why.parts]
    return ", ".join([*names[:1], *map(_lowered, names[1:])])


def sentences(why: Why) -> list[str]:
    """Up to three sentences: how much the difference is, then its causes."""
    first = _how_much(why)
    if not why.is_known:
        return [
            first,
            _("To explain the difference we need the lines of both invoices, and one has none."),
        ]
    return [first, *by_day.sentences(why), *_causes(why)]


def nothing_before() -> str:
    """Says that there is no invoice to compare with."""
    return _("There is no earlier invoice for the same place to compare this one with.")


def name_of(why: Why, is_now: bool) -> str:
    """Label of this or the previous invoice in the comparison."""
    ours, other = (why.now, why.before) if is_now else (why.before, why.now)
    if when := period(ours.invoice, other.invoice):
        return _("For %(period)s", period=when)
    return _("This invoice") if is_now else _("The previous invoice")


def _how_much(why: Why) -> str:
    difference = why.difference_grosze
    when = period(why.before.invoice, why.now.invoice)
    names = {"sum": zloty(abs(difference)), "period": when}
    if not when:
        return _how_much_without_period(difference, names["sum"])
    if difference > 0:
        return _("%(sum)s more than for %(period)s.", **names)
    if difference < 0:
        return _("%(sum)s less than for %(period)s.", **names)
    return _("The same as for %(period)s.", **names)


def _how_much_without_period(difference: int, told_sum: str) -> str:
    if difference > 0:
        return _("%(sum)s more than on the previous invoice.", sum=told_sum)
    if difference < 0:
        return _("%(sum)s less than on the previous invoice.", sum=told_sum)
    return _("The same as on the previous invoice.")


def _causes(why: Why) -> list[str]:
    """The main cause, then the remaining one or the opposite one, if there is only one."""
    difference = why.difference_grosze
    with_it = [k for k, part in why.parts.items() if part * difference > 0]
    against = [k for k, part in why.parts.items() if part * difference < 0]
    with_it.sort(key=lambda kind: -abs(why.parts[kind]))
    if not with_it:
        return []
    told_causes = [_main(why, with_it, bool(against))]
    if len(with_it) == 2 and not against:
        # TRANSLATORS: cause is a noun phrase, such as "the new tariff".
        told_causes.append(_("The rest is due to %(cause)s.", cause=_cause(why, with_it[1])))
    if len(against) == 1:
        told_causes.append(_against(why, against[0]))
    return told_causes


def _main(why: Why, with_it: list[str], is_mixed: bool) -> str:
    cause = _cause(why, with_it[0])
    share = Fraction(why.parts[with_it[0]], why.difference_grosze)
    if len(with_it) == 1 and not is_mixed:
        # TRANSLATORS: cause is a noun phrase, such as "water: 10 m³ used instead of 9".
        return _("The whole difference is due to %(cause)s.", cause=cause)
    if MOST <= share <= 1:
        # TRANSLATORS: cause is a noun phrase, such as "water: 10 m³ used instead of 9".
        return _("Most of it is due to %(cause)s.", cause=cause)
    # TRANSLATORS: cause is a noun phrase, such as "water: 10 m³ used instead of 9".
    return _("The main cause is %(cause)s.", cause=cause)


def _cause(why: Why, kind: str) -> str:
    """A cause as a noun phrase."""
    if kind == "use":
        return _use_cause(why)
    if kind == "days" and why.before.days and why.now.days:
        return _days_cause(why, why.before.days, why.now.days)
    return {
        "days": _("the length of the period"),
        "price": _("the new tariff"),
        "corrections": _("corrections of earlier invoices"),
        "interest": _("interest"),
        "one_off": _("one-off charges"),
        "other": _("other items"),
        "rounding": _("rounding"),
    }[kind]


def _against(why: Why, kind: str) -> str:
    part, used = why.parts[kind], _use_name(why)
    if kind == "use" and used != str(NAMES["use"]):
        return opposite.of_usage(_lowered(used), part)
    return opposite.sentence(kind, part)


def _lowered(name: str) -> str:
    return name[0].lower() + name[1:]


def _use_cause(why: Why) -> str:
    name, used = next(iter(why.used.items()), ("", None))
    if not used or used[0] == used[1]:
        return _("water and sewage")
    if why.daily:
        a_day = {"before": amount(why.daily[0]), "now": cubic_metres(why.daily[1])}
        return _("usage: %(now)s per day instead of %(before)s", **a_day)
    figures = {"before": amount(used[0]), "now": cubic_metres(used[1])}
    if name == "sewage":
        return _("sewage: %(now)s instead of %(before)s", **figures)
    if name == "both":
        return _("water and sewage: %(now)s instead of %(before)s", **figures)
    return _("water: %(now)s used instead of %(before)s", **figures)


def _days_cause(why: Why, before: int, now: int) -> str:
    if why.lengths:
        # The lengths were given in the sentence before.
        return _("the longer period") if now > before else _("the shorter period")
    return ngettext(
        "the length of the period: %(num)s day instead of %(before)s",
        "the length of the period: %(num)s days instead of %(before)s",
        now,
        before=before,
    )


def _use_name(why: Why) -> str:
    if percent := by_day.percent(why):
        figure = {"percent": abs(percent)}
        more = _("%(percent)s%% more used per day", **figure)
        return more if percent > 0 else _("%(percent)s%% less used per day", **figure)
    changes = {name: now - before for name, (before, now) in why.used.items()}
    if (
        why.lengths
        or len(set(changes.values())) != 1
        or not (change := next(iter(changes.values())))
    ):
        return str(NAMES["use"])
    figure = {"amount": cubic_metres(abs(change))}
    if "both" in changes or len(changes) == 2:
        more = _("%(amount)s more water and sewage", **figure)
        return more if change > 0 else _("%(amount)s less water and sewage", **figure)
    if "water" in changes:
        more = _("%(amount)s more water", **figure)
        return more if change > 0 else _("%(amount)s less water", **figure)
    more = _("%(amount)s more sewage", **figure)
    return more if change > 0 else _("%(amount)s less sewage", **figure)


def _detail(why: Why, kind: str) -> str:
    if kind == "use" and why.daily:
        before, now = why.daily
        return _(
            "%(now)s per day instead of %(before)s", now=cubic_metres(now), before=amount(before)
        )
    if kind == "use" and why.used:
        before, now = next(iter(why.used.values()))
        return _("%(now)s instead of %(before)s", now=cubic_metres(now), before=amount(before))
    if kind == "days" and why.before.days and why.now.days:
        now, before = why.now.days, why.before.days
        return ngettext(
            "%(num)s day instead of %(before)s",
            "%(num)s days instead of %(before)s",
            now,
            before=before,
        )
    if kind == "one_off":
        return ", ".join(_one_off(why))
    return _price_detail(why.dearer_grosze) if kind == "price" and why.dearer_grosze else ""


def _one_off(why: Why) -> list[str]:
    """Names of this invoice's one-off lines, if there are few."""
    names = [line.name for line in why.now.lines if cause_of(line) == "one_off"]
    return names if len(names) <= FEW else []


def _price_detail(dearer: Fraction) -> str:
    each = zloty(abs(rounded(dearer)))
    if rounded(dearer) == 0:
        return ""
    if dearer > 0:
        return _("%(sum)s more per m³", sum=each)
    return _("%(sum)s less per m³", sum=each)
