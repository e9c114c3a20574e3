"""Jobs and retention of reminders, bounces and notifications."""

from ebok.jobs import Job, Retention
from ebok.notifications import (
    operations,
    operations_maildir as maildir,
    operations_reminders as reminders,
    operations_samples as samples,
    operations_strays as strays,
    operations_unreached as unreached,
)

read_bounces = Job(maildir.read_bounces, maildir.READ_SECONDS)
remind = Job(reminders.remind, reminders.REMIND_SECONDS)
alert_unreached = Job(unreached.alert_unreached, unreached.CHECK_SECONDS)
end_mended_alerts = Job(unreached.end_mended_alerts, unreached.CHECK_SECONDS)
forget_notifications = Retention(operations.forget_notifications)
forget_samples = Retention(samples.forget_samples)
forget_strays = Retention(strays.forget_strays)
