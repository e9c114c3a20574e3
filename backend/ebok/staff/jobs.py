"""What of the staff's logins has had its time."""

from ebok.jobs import Retention
from ebok.staff import operations_sessions as sessions

forget_staff_sessions = Retention(sessions.forget_sessions)
