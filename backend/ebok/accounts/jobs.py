"""Retention of sessions, links, sign-ins and changes of e-mail."""

from ebok.accounts import (
    operations_contacts as contacts,
    operations_links as links,
    operations_sessions as sessions,
    operations_sign_ins as sign_ins,
)
from ebok.jobs import Retention

forget_email_changes = Retention(contacts.forget_email_changes)
forget_links = Retention(links.forget_links)
forget_sessions = Retention(sessions.forget_sessions)
forget_sign_ins = Retention(sign_ins.forget_sign_ins)
