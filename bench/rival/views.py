"""Views of the rival: our facts without our sentences, in few statements.

It does less than ours (no splitting into instalments, no unbooked payments, no *Czemu tyle?* in
words), in the rival's favour.
"""

from datetime import UTC, date, datetime, timedelta

from django.db.models import Max, Min, Prefetch, Q
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from bench.rival.models import Document, Import, Invoice, Line, Meter, Point, Reading


def customer_only(view):
    """Decorator: answer 401 without a login."""

    def guarded(request, **arguments):
        if not request.user.is_authenticated:
            return JsonResponse({"code": "sign-in-first"}, status=401)
        return view(request, **arguments)

    return require_GET(guarded)


@require_GET
def show_session(request):
    """Who is signed in."""
    user = request.user
    return JsonResponse(
        {
            "session": {
                "signed_in": user.is_authenticated,
                "customer_code": user.username or None,
                "csrf_token": get_token(request),
            }
        }
    )


@customer_only
def list_invoices(request):
    """The newest invoices of the list, with what there is to filter by."""
    mine = Invoice.objects.filter(customer_id=request.user.username)
    most = int(request.GET.get("limit", 25))
    page = list(mine.order_by("-issued_on", "-number").prefetch_related("instalments")[: most + 1])
    span = mine.aggregate(first=Min("issued_on"), last=Max("issued_on"))
    points = Point.objects.filter(customer_id=request.user.username).order_by("street", "code")
    return JsonResponse(
        {
            "invoices": {
                "as_of": _as_of(),
                "total": mine.count(),
                "items": [_item(invoice) for invoice in page[:most]],
                "next": page[-1].number if len(page) > most else None,
                "years": list(range(span["last"].year, span["first"].year - 1, -1)),
                "points": [_point(point) for point in points],
            }
        }
    )


@customer_only
def show_invoice(request, public_id):
    """One invoice with everything that belongs to it."""
    lines = Prefetch("lines", Line.objects.order_by("position"))
    mine = Invoice.objects.filter(customer_id=request.user.username)
    invoice = get_object_or_404(
        mine.prefetch_related(lines, "vat_sums", "instalments"), public_id=public_id
    )
    points = list(Point.objects.filter(customer_id=request.user.username))
    kinds = Document.objects.filter(
        customer_code=request.user.username, invoice_number=invoice.number
    ).values_list("kind", flat=True)
    corrections = mine.filter(Q(corrects=invoice.number) | Q(number=invoice.corrects))
    return JsonResponse(
        {
            "invoice": {
                **_item(invoice),
                "as_of": _as_of(),
                "buyer_name": invoice.buyer_name,
                "ksef_number": invoice.ksef_number or None,
                "period_from": invoice.period_from,
                "period_to": invoice.period_to,
                "net_grosze": invoice.net_grosze,
                "vat_grosze": invoice.vat_grosze,
                "lines": [_line(line) for line in invoice.lines.all()],
                "vat_sums": [
                    {"rate": s.vat_rate, "net_grosze": s.net_grosze, "vat_grosze": s.vat_grosze}
                    for s in invoice.vat_sums.all()
                ],
                "corrections": [_item(each) for each in corrections],
                "point": _point(points[0]) if len(points) == 1 else None,
                "meters": _meters(invoice, points),
                "has_xml": "xml" in list(kinds),
                "why": _why(mine, invoice),
            }
        }
    )


@customer_only
def show_account(request):
    """What the start page shows."""
    mine = Invoice.objects.filter(customer_id=request.user.username, kind="invoice")
    newest = (
        mine.select_related("customer")
        .prefetch_related("lines", "instalments")
        .order_by("-issued_on", "-number")
        .first()
    )
    return JsonResponse(
        {
            "account": {
                "customer_code": request.user.username,
                "name": newest.customer.name,
                "email": request.user.email,
                "opened_at": request.user.date_joined,
                "newest_invoice": {**_item(newest), "why": _why(mine, newest)},
            }
        }
    )


def _as_of():
    newest = Import.objects.filter(state="applied", undone_at=None).order_by("-as_of_at")
    return newest.values_list("as_of_at", flat=True).first()


def _item(invoice: Invoice) -> dict:
    due_on = min((each.due_on for each in invoice.instalments.all()), default=invoice.due_on)
    return {
        "id": invoice.public_id,
        "number": invoice.number,
        "kind": invoice.kind,
        "state": _state(invoice, due_on),
        "issued_on": invoice.issued_on,
        "due_on": due_on,
        "gross_grosze": invoice.gross_grosze,
        "outstanding_grosze": invoice.outstanding_grosze,
    }


def _state(invoice: Invoice, due_on: date | None) -> str:
    if invoice.outstanding_grosze <= 0:
        return "paid"
    return "overdue" if due_on and due_on < datetime.now(UTC).date() else "due"


def _line(line: Line) -> dict:
    names = ("name", "unit", "quantity_millionths", "unit_net_microgrosze", "net_grosze")
    return {name: getattr(line, name) for name in (*names, "gross_grosze", "vat_rate")}


def _point(point: Point) -> dict:
    return {name: getattr(point, name) for name in ("code", "street", "postal_code", "city")}


def _meters(invoice: Invoice, points: list[Point]) -> list[dict]:
    if not invoice.period_from or not invoice.period_to:
        return []
    near = timedelta(days=16)
    days = invoice.period_from - near, invoice.period_to + near
    readings = Prefetch(
        "readings", Reading.objects.filter(read_on__range=days).order_by("read_on"), "near"
    )
    codes = [point.code for point in points]
    return [
        {
            "serial": meter.serial,
            "kind": meter.kind,
            "readings": [
                {"read_on": r.read_on, "value_litres": r.value_litres, "source": r.source}
                for r in meter.near
            ],
        }
        for meter in Meter.objects.filter(point_id__in=codes).prefetch_related(readings)
    ]


def _why(mine, invoice: Invoice) -> dict | None:
    earlier = mine.filter(kind="invoice", period_to__lte=invoice.period_from)
    before = earlier.prefetch_related("lines").order_by("-period_to", "-issued_on").first()
    if before is None:
        return None
    sums = {line.name: line.net_grosze or 0 for line in before.lines.all()}
    return {
        "number": before.number,
        "difference_grosze": invoice.gross_grosze - before.gross_grosze,
        "parts": [
            {"name": line.name, "grosze": (line.net_grosze or 0) - sums.get(line.name, 0)}
            for line in invoice.lines.all()
        ],
    }
