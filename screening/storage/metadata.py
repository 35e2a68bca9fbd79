"""Every mapped table, for migrations and tests: importing a module here makes its tables known."""

from sqlalchemy import MetaData

from screening.storage import (
    account_tables,
    answer_tables,
    episode_tables,
    invitation_tables,
    outbox_tables,
    protocol_tables,
    tables,
)

METADATA: MetaData = tables.Base.metadata
MODULES = (
    tables,
    answer_tables,
    episode_tables,
    account_tables,
    protocol_tables,
    outbox_tables,
    invitation_tables,
)
