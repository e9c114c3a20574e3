"""The rival: what a good Django developer would write for the same data, with the same hash.

Django with django-allauth for logins, `prefetch_related` and `values` for reads. It has its own
tables of users and sessions, and reads our tables of invoices (unmanaged).
"""
