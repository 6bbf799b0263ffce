"""An offer as JSON, with what it was made for: so that what was signed can be repeated exactly,
without evaluating anything again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np

from tequio.core import columns, offer
from tequio.core.columns import Column
from tequio.core.loan import Loan
from tequio.core.offer import Offer
from tequio.web.records.models import Agreement

CLASSES = (
    offer.Offer,
    offer.Terms,
    offer.Signing,
    offer.Stage,
    offer.Reward,
    offer.Settlement,
    offer.Gap,
    offer.Payer,
    offer.OnDefault,
    Loan,
)
KINDS = {kind.__name__: kind for kind in CLASSES}


def offer_json(made: Offer, loan: Loan, row: int = 0) -> dict[str, Any]:
    """One row of an offer and of the loan that it was made for."""
    return {"offer": written(made, row), "loan": written(loan, row)}


def offer_from(said: Mapping[str, Any]) -> tuple[Offer, Loan]:
    """What `offer_json` wrote: columns of one row."""
    return read(said["offer"]), read(said["loan"])


def offer_of(agreement: Agreement) -> tuple[Offer, Loan]:
    """What was offered, and to which credit as it was then."""
    return offer_from(json.loads(agreement.offer))


def written(value: Any, row: int) -> Any:
    """Anything that an offer is made of."""
    if isinstance(value, Column):
        own = value.values[row if len(value) > 1 else 0]
        return {"is": type(value).__name__, "value": own.item()}
    if isinstance(value, Enum):
        return {"is": type(value).__name__, "value": value.value}
    if is_dataclass(value):
        parts = {field.name: written(getattr(value, field.name), row) for field in fields(value)}
        return {"is": type(value).__name__, "parts": parts}
    if isinstance(value, Mapping):
        return {"named": {name: written(one, row) for name, one in value.items()}}
    return [written(one, row) for one in value] if isinstance(value, tuple) else value


def read(said: Any) -> Any:
    """The same again."""
    if isinstance(said, list):
        return tuple(map(read, said))
    if not isinstance(said, Mapping):
        return said
    if "named" in said:
        return {name: read(one) for name, one in said["named"].items()}
    if said["is"] in KINDS:
        kind = KINDS[said["is"]]
        if "parts" not in said:
            return kind(said["value"])
        return kind(**{name: read(one) for name, one in said["parts"].items()})
    kind = getattr(columns, said["is"])
    return kind(np.array([said["value"]], kind.dtype))
