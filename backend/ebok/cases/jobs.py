"""What is forgotten of the customers' pages in the office."""

from ebok.cases import operations_looks as looks
from ebok.jobs import Retention

forget_looks = Retention(looks.forget_looks)
