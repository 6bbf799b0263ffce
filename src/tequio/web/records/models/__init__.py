"""Every table. Rows only: what a figure means is decided in the rooms below.

Facts are added with the day from which they hold and never changed; what is read is the latest row
of a day. The database itself refuses to change the rows of the tables in `APPEND_ONLY`.
"""

from tequio.web.records.models.access import Access
from tequio.web.records.models.agreements import Agreement, AgreementEvent
from tequio.web.records.models.chain import HASH, AuditEvent, SourceKey
from tequio.web.records.models.credits import (
    Credit,
    LatestBalance,
    Load,
    MonthlyBalance,
    Role,
    Standing,
    Terms,
)
from tequio.web.records.models.intake import (
    Assignment,
    BankFile,
    Claim,
    ClaimEvent,
    Deposit,
    Payer,
    Proof,
    SetAside,
)
from tequio.web.records.models.movements import (
    ClosedPart,
    Due,
    Movement,
    Placement,
    Receipt,
    Serviced,
)
from tequio.web.records.models.people import ContactPoint, Person
from tequio.web.records.models.refunds import (
    Payout,
    PayoutFile,
    PayoutLine,
    Refund,
    RefundAccount,
    RefundEvent,
    RefundPaper,
    RefundRequest,
)
from tequio.web.records.models.steps import Step

APPEND_ONLY = (
    SourceKey,
    AuditEvent,
    Load,
    Credit,
    Terms,
    Standing,
    MonthlyBalance,
    Movement,
    Receipt,
    Placement,
    ClosedPart,
    Serviced,
    Due,
    Agreement,
    AgreementEvent,
    BankFile,
    SetAside,
    Deposit,
    Assignment,
    Claim,
    ClaimEvent,
    Refund,
    RefundRequest,
    RefundPaper,
    RefundEvent,
    Payout,
    PayoutLine,
    PayoutFile,
    Access,
    Step,
)

__all__ = [
    "APPEND_ONLY",
    "HASH",
    "Access",
    "Agreement",
    "AgreementEvent",
    "Assignment",
    "AuditEvent",
    "BankFile",
    "Claim",
    "ClaimEvent",
    "ClosedPart",
    "ContactPoint",
    "Credit",
    "Deposit",
    "Due",
    "LatestBalance",
    "Load",
    "MonthlyBalance",
    "Movement",
    "Payer",
    "Payout",
    "PayoutFile",
    "PayoutLine",
    "Person",
    "Placement",
    "Proof",
    "Receipt",
    "Refund",
    "RefundAccount",
    "RefundEvent",
    "RefundPaper",
    "RefundRequest",
    "Role",
    "Serviced",
    "SetAside",
    "SourceKey",
    "Standing",
    "Step",
    "Terms",
]
