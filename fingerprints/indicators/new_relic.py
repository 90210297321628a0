"""New Relic's browser agent: the account's licence key, and the application that reports.

The kind new-relic is the licence key, because it is the account's and every page with the agent carries it; the account's
number came later, and the application's number is one site's.
"""

from __future__ import annotations

from fingerprints.indicators._values import real_number, real_token
from fingerprints.indicators.base import Kind, code

LICENCE = Kind(
    name="new-relic",
    family="operations",
    title="New Relic account (browser licence key)",
    example="471a369590",
    source="https://docs.newrelic.com/docs/browser/browser-monitoring/installation/install-browser-monitoring-agent/",
    m=0.6,
    traps="A hosting service that watches its machines puts its own account on every customer's site (949ceaf672 is one).",
)
ACCOUNT = Kind(
    name="new-relic-account",
    family="operations",
    title="New Relic account number",
    example="2418830",
    source="https://docs.newrelic.com/docs/accounts/accounts-billing/account-structure/account-id/",
    m=0.6,
    traps="As the licence key: a hosting service's account.",
)
APPLICATION = Kind(
    name="new-relic-application",
    family="operations",
    title="New Relic application",
    example="527147",
    source="https://docs.newrelic.com/docs/browser/browser-monitoring/installation/install-browser-monitoring-agent/",
    m=0.3,
    traps="As the licence key; tenants of one platform report as one application.",
)
KINDS = (LICENCE, ACCOUNT, APPLICATION)
_NEAR = rb"nreum|nr-data|newrelic|agentid"
RULES = (
    # Ten hex digits; newer keys begin with NRJS, NRBR or a region.
    code(LICENCE, ("licenseKey",), rb"licenseKey{:}((?:NRJS-|NRBR-|NRAK-)?[0-9a-f]{10,20}){>}", real_token, near=_NEAR),
    code(LICENCE, ("NRJS-", "NRBR-"), rb"{<}(NR(?:JS|BR)-[0-9a-f]{10,20}){>}", real_token),
    code(ACCOUNT, ("accountID",), rb"accountID{:}([0-9]{4,9}){>}", real_number, near=rb"trustkey|nreum|agentid"),
    code(APPLICATION, ("applicationID",), rb"applicationID{:}([0-9]{4,12})(?![0-9A-Za-z_-])", real_number, near=rb"licensekey"),
)
