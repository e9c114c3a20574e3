"""What *Start* shows, gathered from the features that know it."""

from flask import Blueprint

from ebok.access import CUSTOMER, current_user, requires
from ebok.accounts.texts import why_unreached
from ebok.consents import operations as consents
from ebok.customers.models import Customer
from ebok.invoices import serializers
from ebok.values import days

routes = Blueprint("dashboard", __name__)


@routes.get("/account")
@requires(CUSTOMER)
def show_account():
    """What *Start* shows."""
    account = current_user.account
    return {
        "account": {
            "customer_code": account.customer_code,
            "name": Customer.name_of(account.customer_code),
            "email": account.email,
            "email_bounced": days.instant_as_json(account.bounced_at),
            "email_bounced_why": why_unreached(account),
            "phone": account.phone or None,
            "e_invoice": consents.e_invoice(account),
            "newest_invoice": serializers.newest(account.customer_code),
            "opened": days.instant_as_json(account.opened_at),
            "password_changed": days.instant_as_json(account.password_changed_at),
        }
    }
