"""The processes of `ebok serve`: each is a fork that is started anew when it dies, ended when it
gives no sign of life, and none stays behind when the main process is gone.

The main process does nothing but this, and waits in one place, for the end of a process or for a
signal: that becomes a byte in a pipe, so that however many come, and in whichever moment, each is
seen once and no lock is held.
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

from ebok.server import life

log = logging.getLogger(__name__)

STOPPING = (signal.SIGTERM, signal.SIGINT)
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 30
SECONDS_OF_HEALTH = 60
SECONDS_TO_FINISH = 8


class Process:
    """One of them: what it does, and when it may be started again, or is next looked at."""

    def __init__(self, name: str, work: Callable[[], None]):
        self.name, self.work = name, work
        self.running: multiprocessing.Process | None = None
        self.began_tick = self.due_at = 0.0
        self.pause = 0.0
        self.life, self.is_ending = life.Life(), False

    def start(self, prepare: Callable[[], None]) -> None:
        """Fork; `prepare` is called first in the new process."""
        self.began_tick = time.monotonic()
        self.due_at, self.is_ending = self.began_tick + life.SIGN_SECONDS, False
        self.life.begin()
        self.running = multiprocessing.Process(target=self._run, args=(prepare,))
        self.running.start()

    def look(self, moment: float) -> None:
        """Note that it has died, or end it if it is silent; `due_at` tells when to look again."""
        if self.running is None:
            return
        if not self.running.is_alive():
            self._note_death(self.running, moment)
        elif moment >= self.due_at:
            self._listen(self.running, moment)

    def _note_death(self, running: multiprocessing.Process, moment: float) -> None:
        """The pause before it starts again doubles while it dies soon."""
        lived = moment - self.began_tick
        self.pause = self.pause if lived < SECONDS_OF_HEALTH else 0
        self.due_at = moment + self.pause
        log.error(
            "process=%s outcome=died exit=%s lived=%.1f pause=%s",
            *(self.name, running.exitcode, lived, self.pause),
        )
        self.pause = min(max(self.pause * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
        self.running = None

    def _listen(self, running: multiprocessing.Process, moment: float) -> None:
        self.due_at = moment + life.SIGN_SECONDS
        if self.is_ending:
            running.kill()
        elif self.life.has_ended():
            log.error("process=%s outcome=silent", self.name)
            self.is_ending, self.due_at = True, moment + SECONDS_TO_FINISH
            # One that can still end by itself notes which mails the server has taken.
            running.terminate()
            # One that was stopped hears that only when it goes on.
            if running.pid is not None:
                os.kill(running.pid, signal.SIGCONT)

    def _run(self, prepare: Callable[[], None]) -> None:
        # What `ps` and `top` call it; each would be a "python" there.
        with suppress(OSError):
            Path("/proc/self/comm").write_text(f"ebok {self.name}")
        life.be(self.life)
        prepare()
        self.work()


class House:
    """All processes, and the one loop that looks after them."""

    def __init__(self, processes: list[Process]):
        self.processes = processes

    def run(self) -> None:
        """Keep every process running until SIGTERM or SIGINT; then let each finish, and return."""
        self.inlet, self.outlet = os.pipe()
        # Open here alone: where nothing can be written any more, this process has ended.
        self.end, self.life = os.pipe()
        for handle in (self.inlet, self.outlet):
            os.set_blocking(handle, False)
        for number in STOPPING:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self.outlet, warn_on_full_buffer=False)
        while not self._is_told_to_stop(self._tend()):
            pass
        self._stop()

    def _tend(self) -> float:
        """Look at each, and start what is due; the seconds until something is."""
        moment = time.monotonic()
        for process in self.processes:
            process.look(moment)
            if process.running is None and process.due_at <= moment:
                self._start(process)
        return max(min(process.due_at for process in self.processes) - moment, 0)

    def _start(self, process: Process) -> None:
        # Told to stop before it can listen, it would do what this process does, and stay.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        process.start(self._prepare)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def _prepare(self) -> None:
        """Make of a fork a process of its own. Whoever listens to STOPPING lets them through."""
        signal.set_wakeup_fd(-1)
        for number in STOPPING:
            signal.signal(number, signal.SIG_DFL)
        for handle in (self.inlet, self.outlet, self.life):
            os.close(handle)
        threading.Thread(target=self._end_with_the_house, daemon=True).start()

    def _end_with_the_house(self) -> None:
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
        """Ask each to finish what it has in hand, and end those that do not."""
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
