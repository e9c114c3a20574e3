"""A rival: what a good Django developer would write over the same data, with the same hash.

Django with django-allauth for the login, `prefetch_related` and `values` for the reads. It has its
own tables for users and sessions, and reads ours for invoices, which it does not manage.
"""
