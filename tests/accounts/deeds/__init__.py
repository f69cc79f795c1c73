"""Every act that is recorded, done by the way in which people do it: a page, the API, or the command line."""

from tests.accounts.deeds import (
    accounts,
    coming_and_going,
    drafts,
    long_jobs,
    operations,
    processes,
    proofs_of_identity,
    refused,
    rules,
)

DEEDS = [
    *coming_and_going.DEEDS,
    *proofs_of_identity.DEEDS,
    *accounts.DEEDS,
    *drafts.DEEDS,
    *long_jobs.DEEDS,
    *rules.DEEDS,
    *processes.DEEDS,
    *operations.DEEDS,
    *refused.DEEDS,
]
