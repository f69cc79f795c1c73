"""Every act that is recorded, done by the way in which people do it: a page, the API, or the command line."""

from tests.accounts.recorded_acts import (
    accounts,
    credentials,
    drafts,
    jobs,
    operations,
    organisations,
    processes,
    refusals,
    rules,
    sign_ins,
)

RECORDED_ACTS = [
    *sign_ins.RECORDED_ACTS,
    *credentials.RECORDED_ACTS,
    *accounts.RECORDED_ACTS,
    *drafts.RECORDED_ACTS,
    *jobs.RECORDED_ACTS,
    *rules.RECORDED_ACTS,
    *processes.RECORDED_ACTS,
    *organisations.RECORDED_ACTS,
    *operations.RECORDED_ACTS,
    *refusals.RECORDED_ACTS,
]
