"""Retention of registrations and reviews."""

from ebok.jobs import Retention
from ebok.registration import operations, operations_reviews as reviews

forget_registrations = Retention(operations.forget_registrations)
forget_reviews = Retention(reviews.forget_reviews)
