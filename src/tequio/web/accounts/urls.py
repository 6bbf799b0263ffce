"""The addresses of accounts, in Spanish; the pages behind most of them are allauth's."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.usersessions import views as sessions
from django.urls import path

from tequio.web.accounts import pages

urlpatterns = [
    path("abrir/", pages.open_account, name="open_account"),
    path("abrir/codigo/", pages.open_with_code, name="open_with_code"),
    path("abrir/contrasena/", pages.choose_password, name="choose_password"),
    path("recuperar/", pages.recover_account, name="recover_account"),
    path("seguridad/", pages.security, name="security"),
    path("entrar/", account.login, name="account_login"),
    path("salir/", account.logout, name="account_logout"),
    path("inactiva/", account.account_inactive, name="account_inactive"),
    path("registro/", account.signup, name="account_signup"),
    path("confirmar/", account.reauthenticate, name="account_reauthenticate"),
    path("contrasena/", account.password_change, name="account_change_password"),
    path("dos-pasos/", mfa.index, name="mfa_index"),
    path("dos-pasos/entrar/", mfa.authenticate, name="mfa_authenticate"),
    path("dos-pasos/confirmar/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("dos-pasos/aplicacion/", totp.activate_totp, name="mfa_activate_totp"),
    path("dos-pasos/aplicacion/quitar/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("dos-pasos/codigos/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "dos-pasos/codigos/nuevos/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "dos-pasos/codigos/archivo/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("dos-pasos/llaves/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("dos-pasos/llaves/agregar/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("dos-pasos/llaves/entrar/", keys.login_webauthn, name="mfa_login_webauthn"),
    path(
        "dos-pasos/llaves/confirmar/",
        keys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("dos-pasos/llaves/<int:pk>/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("dos-pasos/llaves/<int:pk>/quitar/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("sesiones/", sessions.list_usersessions, name="usersessions_list"),
]
