"""Jobs and retention of imports, besides the inbox."""

from ebok.billing import (
    operations_alerts as alerts,
    operations_baseline as baseline,
    operations_deliveries as deliveries,
    operations_held as held,
    operations_history as history,
    operations_inbox_state as inbox_state,
    operations_undecided as undecided,
    operations_withdrawn_rows as withdrawn_rows,
)
from ebok.jobs import Job, Retention

HOUR = 3600
remind_or_drop_held = Job(undecided.remind_or_drop_held, HOUR)
alert_stale = Job(alerts.alert_stale, HOUR)
forget_baseline = Retention(baseline.forget_baseline)
forget_deliveries = Retention(deliveries.forget_deliveries)
forget_superseded = Retention(held.forget_superseded)
forget_set_aside = Retention(history.forget_set_aside)
forget_reports = Retention(history.forget_reports)
forget_bundles = Retention(inbox_state.forget_bundles)
forget_withdrawn = Retention(withdrawn_rows.forget_withdrawn)
