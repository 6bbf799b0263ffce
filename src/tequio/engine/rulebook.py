"""All the law that a run applies: the programmes, what they share, and the policy that compares
offers. As published, or with some parameters changed to see what would follow."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache

from tequio.core.columns import Codes, Money, Months, Rate, Share
from tequio.core.law import HERE, Book, Common, Parameter, common, read
from tequio.core.programme import InForce, Programme
from tequio.engine.outlook import DAILY_TO_INDEX, Outlook, outlook
from tequio.programmes import REGISTRY

SHARED = "common"
POLICY = "best_offer"
SERIES = ("as_of", "umi", "uma_monthly", "minimum_wage")  # of the day, whatever the rules are
Changes = Mapping[str, Mapping[str, Parameter]]  # by file, by name


@dataclass(frozen=True, slots=True, eq=False)
class Assumed(Common):
    """What the projection takes from the law of the day, most of it assumed."""

    index_growth: Share
    discount_rate: Rate
    last_payment_residue: Money
    releasing_payments: Months


@dataclass(frozen=True, slots=True, eq=False)
class Policy(Common):
    """What makes an offer better for a person."""

    order: Codes  # of lists.CRITERIA, the first decides
    share_of_wage: Share
    share_of_pension: Share
    share_of_declared: Share


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Every rule at hand; what is asked of it has a date."""

    programmes: tuple[Programme, ...]
    shared: Book
    policy: Book
    rules_of: date | None = None  # the programmes' texts and parameters are those of this day

    def in_force(self, as_of: date) -> Iterator[InForce]:
        """The programmes that have a text on that day, in the order of the registry."""
        for programme in self.programmes:
            status = programme.status(self.rules_of or as_of)
            if isinstance(status, InForce):
                yield on_a_day(status, as_of)

    def of(self, day: date) -> Rulebook:
        """The same law, with the rules of another day; index and wages stay those of today."""
        return replace(self, rules_of=day)

    def amended(self, changes: Changes) -> Rulebook:
        """The same law with other parameters; those of `common` change in every programme."""
        everywhere = changes.get(SHARED, {})
        return Rulebook(
            tuple(
                replace(one, amendments={**everywhere, **changes.get(one.name, {})})
                if everywhere or one.name in changes
                else one
                for one in self.programmes
            ),
            self.shared.amended(everywhere),
            self.policy.amended({**everywhere, **changes.get(POLICY, {})}),
            self.rules_of,
        )

    def policy_in_words(self) -> list[str]:
        """The rules that decide which offer is best, in order, and how sure they are."""
        rules = self.policy.rules.items()
        return [f"{name}: {rule.says} ({rule.confidence.spanish})" for name, rule in rules]

    @cached_property
    def sha256(self) -> str:
        """The hash of every value, date, source and sentence."""
        books = (*(one.book for one in self.programmes), self.shared, self.policy)
        prints = "".join(book.fingerprint() for book in books)
        matrix = (HERE / "compatibility.toml").read_bytes()
        of_day = self.rules_of.isoformat() if self.rules_of else ""
        return hashlib.sha256(prints.encode() + matrix + of_day.encode()).hexdigest()


@lru_cache(maxsize=256)
def on_a_day(text: InForce, as_of: date) -> InForce:
    """The rules of a text on another day than their own: with that day's index and wages."""
    if text.day == as_of:
        return text
    today = text.programme.book.at(Common, as_of)
    series = {name: getattr(today, name) for name in SERIES}
    return replace(text, law=replace(text.law, **series))


@lru_cache(maxsize=1)
def published() -> Rulebook:
    """The law as its files say it."""
    return Rulebook(REGISTRY, Book(SHARED, {}, common()), read(HERE / f"{POLICY}.toml"))


@lru_cache(maxsize=64)
def assumed(rules: Rulebook, as_of: date) -> Assumed:
    """The common parameters in force."""
    return rules.shared.at(Assumed, as_of)


@lru_cache(maxsize=64)
def policy(rules: Rulebook, as_of: date) -> Policy:
    """The policy in force."""
    return rules.policy.at(Policy, as_of)


@lru_cache(maxsize=64)
def outlook_at(rules: Rulebook, as_of: date) -> Outlook:
    """The future that the law of that day assumes: nothing known later is used."""
    law = assumed(rules, as_of)
    return outlook(
        as_of,
        int(law.umi.values[0]) // DAILY_TO_INDEX,
        int(law.index_growth.values[0]),
        int(law.discount_rate.values[0]),
        int(law.last_payment_residue.values[0]),
        int(law.releasing_payments.values[0]),
    )
