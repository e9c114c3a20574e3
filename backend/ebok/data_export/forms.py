"""The form for the download of all data."""

from ebok.profile.forms import PresentPassword


class TicketForm(PresentPassword):
    """The current password, as for every change under *Moje dane*."""
