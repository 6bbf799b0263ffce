"""Accounts, and the one-time codes with which somebody proves who she is."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tequio.web.accounts.roles import Role
from tequio.web.records.models import HASH, ContactPoint, Person


class User(AbstractBaseUser):
    """Somebody who signs in: a borrower or who represents one, by a person on record; or staff.

    `office` is where staff work, as the beginning of INEGI's key of a municipality: `16` is a
    state, nothing is the whole country.
    """

    username = models.CharField(max_length=60, unique=True)
    role = models.CharField(max_length=20, choices=[(role.value, role.spanish) for role in Role])
    person = models.OneToOneField(Person, models.PROTECT, null=True)
    office = models.CharField(max_length=5, default="")
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    objects = BaseUserManager["User"]()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role=Role.BORROWER, person__isnull=False)
                | (~models.Q(role=Role.BORROWER) & models.Q(person__isnull=True)),
                name="a_borrower_is_a_person",
            )
        ]

    @property
    def is_staff_member(self) -> bool:
        """Whether she works for the fund."""
        return Role(self.role) is not Role.BORROWER


class Code(models.Model):
    """A one-time code: only its HMAC is kept."""

    class Use(models.TextChoices):
        """What it proves."""

        OPEN = "open"  # to open an account: sent to a contact point on record
        RECOVER = "recover"  # printed at a service centre after checking papers
        SIGN = "sign"  # to sign

    person = models.ForeignKey(Person, models.PROTECT)
    use = models.CharField(max_length=10, choices=Use.choices)
    digest = models.CharField(max_length=HASH)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    sent_to = models.ForeignKey(ContactPoint, models.PROTECT, null=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "use"], name="code_person_use")]
