"""The addresses of Mi Cuenta."""

from __future__ import annotations

from django.urls import path

from tequio.web.portal import pages

urlpatterns = [
    path("", pages.mine, name="mine"),
    path("<str:number>/", pages.home, name="home"),
    path("<str:number>/soluciones/", pages.solutions, name="solutions"),
    path("<str:number>/soluciones/<str:programme>/", pages.solution, name="solution"),
]
