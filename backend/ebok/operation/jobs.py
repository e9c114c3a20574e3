"""Jobs and watches about the health of the installation."""

from ebok.jobs import Job, Watch
from ebok.operation import operations_rounds as rounds, operations_workers as workers
from ebok.server import heartbeat

turn = Job(workers.turn, heartbeat.BEAT_SECONDS)
beat = Watch(workers.beat)
watch_health = Watch(rounds.watch_health)
