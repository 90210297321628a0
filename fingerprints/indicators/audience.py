"""Audience measurement that publishers buy: Quantcast, comScore, Chartbeat."""

from __future__ import annotations

from fingerprints.indicators._values import real_number, real_token
from fingerprints.indicators.base import ASSIGN, Kind, code

QUANTCAST = Kind(
    name="quantcast",
    family="analytics",
    title="Quantcast account",
    example="p-6fKiDaopTGEQg",
    source="https://help.quantcast.com/hc/en-us/articles/115013961667",
    m=0.6,
    traps="A platform's or an ad network's account (WordPress.com, AddThis) stands on its customers' sites.",
)
COMSCORE = Kind(
    name="comscore",
    family="analytics",
    title="comScore client (c2)",
    example="16807273",
    source="https://direct-support.comscore.com/hc/en-us/articles/360007162413",
    m=0.7,
    traps="A sales house's or a widget's client number; groups report all their brands under one.",
)
CHARTBEAT = Kind(
    name="chartbeat",
    family="analytics",
    title="Chartbeat account",
    example="38837",
    source="https://docs.chartbeat.com/cbp/tracking/standard-websites/installing-our-tracking-code",
    m=0.7,
    traps="A group's account covers its sites: a true tie. A platform's account covers its tenants.",
)
KINDS = (QUANTCAST, COMSCORE, CHARTBEAT)
_P = rb"(p-[A-Za-z0-9_-]{8,16}){>}"
_C2 = rb"([0-9]{6,9}){.}"
_UID = rb"([0-9]{2,7})(?![0-9A-Za-z_.])"
_CHARTBEAT_KEY = rb"(?i:chartbeat[_-]?(?:uid|account_?(?:id|uid)?|id))"
RULES = (
    code(QUANTCAST, ("qacct",), rb"qacct{:}" + _P, real_token, "qacct"),
    code(QUANTCAST, ("quantcast",), rb"quantcast{,}" + _P, real_token, "Quantcast setting"),
    code(QUANTCAST, ("quantserve.com",), rb"quantserve\.com{/}pixel{/}" + _P, real_token, "pixel"),
    code(QUANTCAST, ("quantserve.com",), rb"quantserve\.com[^\s\"'<>]{0,80}?[?&;]a{=}" + _P, real_token, "pixel"),
    code(QUANTCAST, ("quantcount.com",), rb"quantcount\.com{/}rules-" + _P, real_token, "rules script"),
    code(QUANTCAST, ("quantcast.com",), rb"quantcast\.com{/}" + _P, real_token, "link to the profile"),
    code(
        QUANTCAST,
        ("quantcast", "Quantcast", "pcode", "p-code", "pCode"),
        rb"(?i:(?:quantcast)?[_-]?(?:p-?code|account(?:_?id)?|id|publisher_?id)?){:}" + _P,
        real_token,
        "Quantcast key",
        near=rb"quantcast|quantserve",
    ),
    code(
        COMSCORE,
        ("c2", "C2"),
        rb"{<}[cC]2{:}" + _C2,
        real_number,
        "c2",
        near=rb"comscore|scorecardresearch|(?<![a-z0-9])[cC]1{:}2(?![0-9])",
    ),
    code(
        COMSCORE,
        ("scorecardresearch.com",),
        rb"scorecardresearch\.com{/}(?:cs|c2){/}(?:plugins{/})?" + _C2,
        real_number,
        "beacon address",
    ),
    code(
        COMSCORE,
        ("scorecardresearch.com",),
        rb"scorecardresearch\.com{/}internal-c2{/}" + _C2,
        real_number,
        "beacon address",
    ),
    code(
        COMSCORE,
        ("comscore", "comScore", "COMSCORE", "Comscore"),
        rb"(?i:comscore)[_-]?(?i:id|c2|mmx|client_?id|publisher_?id|account(?:_?id)?|){:}" + _C2,
        real_number,
        "comScore key",
    ),
    code(
        COMSCORE,
        ("comscore", "comScore", "Comscore"),
        rb"(?i:comscore){:}\{[^{}]{0,200}?(?i:publisher_?id|client_?id|c2|account|id){:}" + _C2,
        real_number,
        "comScore key",
    ),
    code(COMSCORE, ("comscore",), rb"comscore{,}" + _C2, real_number, "comScore setting"),
    code(
        COMSCORE,
        ("StreamingAnalytics",),
        rb"StreamingAnalytics[\w.]{0,40}\([^{}]{0,80}\{[^{}]{0,80}?publisherId{:}" + _C2,
        real_number,
        "comScore call",
    ),
    code(
        CHARTBEAT,
        ("_sf_async_config",),
        rb"_sf_async_config(?:\.uid|\[.uid.\])\s{0,9}=\s{0,9}[\"']?" + _UID,
        real_number,
        "Chartbeat settings",
    ),
    code(
        CHARTBEAT,
        ("_sf_async_config",),
        rb"_sf_async_config\s{0,9}=\s{0,9}[^{};]{0,60}\{[^{}]{0,300}?\buid{:}" + _UID,
        real_number,
        "Chartbeat settings",
    ),
    code(
        CHARTBEAT,
        ("ping.chartbeat.net",),
        rb"ping\.chartbeat\.net{/}ping\?[^\s\"'<>]{0,200}?[?&;]g{=}" + _UID,
        real_number,
        "request",
    ),
    code(CHARTBEAT, ("chartbeat",), rb"chartbeat\.js\?[^\s\"'<>]{0,60}?uid{=}" + _UID, real_number, "script"),
    code(CHARTBEAT, ("chartbeat", "Chartbeat", "CHARTBEAT"), _CHARTBEAT_KEY + ASSIGN + _UID, real_number, "Chartbeat key"),
    code(
        CHARTBEAT,
        ("chartbeat", "Chartbeat"),
        rb"(?i:chartbeat)[\w.\"'\\]{0,20}\s{0,9}[:=]\s{0,9}\{[^{}]{0,200}?\b(?:uid|account_?[iI]d){:}" + _UID,
        real_number,
        "Chartbeat key",
    ),
    code(
        CHARTBEAT,
        ("chartbeat",),
        rb"chartbeat[\"']?[^\0]{0,300}?\"uid\"\s{0,9}:\s{0,9}\"?" + _UID,
        real_number,
        "AMP component",
        behind=rb"type=[\"']?",
    ),
)
