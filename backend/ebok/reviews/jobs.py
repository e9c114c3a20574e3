"""Jobs of the requests for a check by hand."""

from ebok.jobs import Job
from ebok.reviews import operations_waiting as waiting

HOUR = 3600
alert_waiting = Job(waiting.alert_waiting, HOUR)
