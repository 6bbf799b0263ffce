"""What people type about who they are."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tequio.engine.identifiers import CHECKS, compact

PAPERS = (
    ("ine", "Credencial del INE"),
    ("passport", "Pasaporte"),
    ("curp", "CURP impresa"),
    ("power", "Poder notarial"),
    ("heir", "Declaratoria de herederos"),
)


class SignIn(LoginForm):
    """NSS, or the name of an account of staff; and the password."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["login"].label = "NSS"
        self.fields["login"].help_text = "El personal escribe el nombre de su cuenta."
        self.fields["password"].label = "Contraseña"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class Identity(forms.Form):
    """NSS, CURP and credit number."""

    nss = forms.CharField(
        label="Número de seguridad social (NSS)",
        max_length=20,
        help_text="Son 11 dígitos. Está en sus recibos de nómina.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    curp = forms.CharField(
        label="CURP",
        max_length=25,
        help_text="Son 18 letras y números.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    credit = forms.CharField(
        label="Número de su crédito",
        max_length=20,
        help_text="Son 10 dígitos. Está en su estado de cuenta.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """NSS and CURP with their check digits."""
        said: dict[str, Any] = super().clean() or {}
        for name in ("nss", "curp"):
            if name in said:
                said[name] = compact(said[name])
                if wrong := CHECKS[name](said[name]):
                    self.add_error(name, wrong)
        if "credit" in said:
            said["credit"] = compact(said["credit"])
        return said


class Typed(forms.Form):
    """A code."""

    code = forms.CharField(
        label="Código",
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class Recovery(forms.Form):
    """A code printed at a service centre."""

    nss = Identity.base_fields["nss"]
    code = forms.CharField(
        label="Código que le imprimieron",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class Password(forms.Form):
    """A new password."""

    password = forms.CharField(
        label="Nueva contraseña",
        help_text="Use 10 letras o más. Puede ser una frase que recuerde.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        """Long enough, and not one that everybody uses."""
        text: str = self.cleaned_data["password"]
        try:
            validate_password(text)
        except ValidationError as why:
            raise forms.ValidationError(why.messages) from why
        return text


class Papers(forms.Form):
    """What an adviser has seen."""

    nss = forms.CharField(label="NSS de la persona", max_length=20)
    credit = forms.CharField(label="Número de crédito", max_length=20)
    papers = forms.MultipleChoiceField(
        label="Documentos que revisó, en original",
        choices=PAPERS,
        widget=forms.CheckboxSelectMultiple,
    )
