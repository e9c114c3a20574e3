"""URLs of the rival."""

from django.urls import include, path

from bench.rival import views

urlpatterns = [
    path("_allauth/", include("allauth.headless.urls")),
    path("api/session", views.show_session),
    path("api/invoices", views.list_invoices),
    path("api/invoices/<public_id>", views.show_invoice),
    path("api/account", views.show_account),
]
