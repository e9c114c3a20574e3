"""What is forgotten of the customers' pages in the office."""

from ebok.cases import (
    operations_acts as acts,
    operations_looks as looks,
    operations_visits as visits,
)
from ebok.jobs import Retention

forget_looks = Retention(looks.forget_looks)
forget_notes = Retention(acts.forget_notes)
forget_visits = Retention(visits.forget_visits)
forget_undone = Retention(acts.forget_undone)
