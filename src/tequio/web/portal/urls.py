"""The addresses of Mi Cuenta."""

from __future__ import annotations

from django.urls import path

from tequio.web.portal import pages, signing

urlpatterns = [
    path("", pages.mine, name="mine"),
    path("convenios/<int:agreement>/", signing.agreement, name="agreement"),
    path("convenios/<int:agreement>/firmar/", signing.sign, name="sign"),
    path("convenios/<int:agreement>/deshacer/", signing.withdraw, name="withdraw"),
    path("<str:number>/", pages.home, name="home"),
    path("<str:number>/soluciones/", pages.solutions, name="solutions"),
    path("<str:number>/soluciones/<str:programme>/", pages.solution, name="solution"),
    path("<str:number>/soluciones/<str:programme>/elegir/", signing.choose, name="choose"),
]
