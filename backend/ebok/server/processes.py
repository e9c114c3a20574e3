"""The processes of `ebok serve`: forks that are restarted when they die, ended when their
heartbeats stop, and that end themselves when the main process is gone.

The main process does nothing else. It waits in one place for the end of a process or a signal;
signals arrive as bytes in a pipe (set_wakeup_fd), so that none is lost and no handler takes locks.
"""

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import wait
from pathlib import Path

from ebok.server import heartbeat

log = logging.getLogger(__name__)

STOPPING = (signal.SIGTERM, signal.SIGINT)
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 30
SECONDS_OF_HEALTH = 60
SECONDS_TO_FINISH = 8


class Process:
    """A supervised process: `work`, and `due_at`, when to start it again or look at it next."""

    def __init__(self, name: str, work: Callable[[], None]):
        self.name, self.work = name, work
        self.running: multiprocessing.Process | None = None
        self.began_tick = self.due_at = 0.0
        self.pause = 0.0
        self.heartbeat, self.is_ending = heartbeat.Heartbeat(), False

    def start(self, prepare: Callable[[], None]) -> None:
        """Fork; the new process calls `prepare`, then `work`."""
        self.began_tick = time.monotonic()
        self.due_at, self.is_ending = self.began_tick + heartbeat.BEAT_SECONDS, False
        self.heartbeat.begin()
        self.running = multiprocessing.Process(target=self._run, args=(prepare,))
        self.running.start()

    def look(self, moment: float) -> None:
        """Note that it died, or end it if its heartbeats stopped; sets `due_at`."""
        if self.running is None:
            return
        if not self.running.is_alive():
            self._note_death(self.running, moment)
        elif moment >= self.due_at:
            self._check_heartbeat(self.running, moment)

    def _note_death(self, running: multiprocessing.Process, moment: float) -> None:
        """Log it; the pause before a restart doubles while it dies within SECONDS_OF_HEALTH."""
        lived = moment - self.began_tick
        self.pause = self.pause if lived < SECONDS_OF_HEALTH else 0
        self.due_at = moment + self.pause
        log.error(
            "process=%s outcome=died exit=%s lived=%.1f pause=%s",
            *(self.name, running.exitcode, lived, self.pause),
        )
        self.pause = min(max(self.pause * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
        self.running = None

    def _check_heartbeat(self, running: multiprocessing.Process, moment: float) -> None:
        self.due_at = moment + heartbeat.BEAT_SECONDS
        if self.is_ending:
            running.kill()
        elif self.heartbeat.has_stopped():
            log.error("process=%s outcome=silent", self.name)
            self.is_ending, self.due_at = True, moment + SECONDS_TO_FINISH
            # SIGTERM first: a worker that still reacts records which mails were accepted.
            running.terminate()
            # A stopped process gets SIGTERM only after SIGCONT.
            if running.pid is not None:
                os.kill(running.pid, signal.SIGCONT)

    def _run(self, prepare: Callable[[], None]) -> None:
        # The name in `ps` and `top`, where each would be "python".
        with suppress(OSError):
            Path("/proc/self/comm").write_text(f"ebok {self.name}")
        heartbeat.use(self.heartbeat)
        prepare()
        self.work()


class Supervisor:
    """Runs all processes in one loop."""

    def __init__(self, processes: list[Process]):
        self.processes = processes

    def run(self) -> None:
        """Keep every process running until SIGTERM or SIGINT; then let each finish, and return."""
        self.inlet, self.outlet = os.pipe()
        # Children close their copy of `alive`, so reading `end` returns when this process is gone.
        self.end, self.alive = os.pipe()
        for handle in (self.inlet, self.outlet):
            os.set_blocking(handle, False)
        for number in STOPPING:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self.outlet, warn_on_full_buffer=False)
        while not self._is_told_to_stop(self._tend()):
            pass
        self._stop()

    def _tend(self) -> float:
        """Check each process and start those that are due; returns seconds until the next is."""
        moment = time.monotonic()
        for process in self.processes:
            process.look(moment)
            if process.running is None and process.due_at <= moment:
                self._start(process)
        return max(min(process.due_at for process in self.processes) - moment, 0)

    def _start(self, process: Process) -> None:
        # A signal before the fork has set its handlers would run those of this process.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        process.start(self._prepare)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def _prepare(self) -> None:
        """Reset what a fork inherits. STOPPING stays blocked until the process handles it."""
        signal.set_wakeup_fd(-1)
        for number in STOPPING:
            signal.signal(number, signal.SIG_DFL)
        for handle in (self.inlet, self.outlet, self.alive):
            os.close(handle)
        threading.Thread(target=self._end_with_main_process, daemon=True).start()

    def _end_with_main_process(self) -> None:
        os.read(self.end, 1)
        log.error("outcome=main-process-gone")
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(SECONDS_TO_FINISH)
        os.kill(os.getpid(), signal.SIGKILL)

    def _is_told_to_stop(self, seconds: float) -> bool:
        ends = [process.running.sentinel for process in self.processes if process.running]
        wait([self.inlet, *ends], seconds)
        try:
            heard = os.read(self.inlet, 4096)
        except BlockingIOError:
            return False
        return any(number in STOPPING for number in heard)

    def _stop(self) -> None:
        """Send SIGTERM to all, and SIGKILL to those still running after SECONDS_TO_FINISH."""
        running = [process.running for process in self.processes if process.running]
        for process in running:
            process.terminate()
        ends_tick = time.monotonic() + SECONDS_TO_FINISH
        for process in running:
            process.join(max(ends_tick - time.monotonic(), 0))
            if process.is_alive():
                log.warning("process=%s outcome=killed", process.pid)
                process.kill()
                process.join()
        signal.set_wakeup_fd(-1)
