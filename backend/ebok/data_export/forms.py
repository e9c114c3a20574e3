"""What is typed to take all data along."""

from ebok.profile.forms import PresentPassword


class TicketForm(PresentPassword):
    """The present password, as for every change under *Moje dane*."""
