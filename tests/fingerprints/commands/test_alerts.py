"""Alerts reach real servers of mail and of HTTP: once an event, again after a failure, and nothing that strangers wrote does harm."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from fingerprints.model import Coverage, Outcome, Role
from fingerprints.stores.base import Batch
from fingerprints.stores.sqlite import SqliteStore
from tests.fingerprints.samehand import rows, run
from tests.fingerprints.stores.samples import NOON, seen


class Hook:
    """A web hook that takes what it is sent, or refuses it."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.status = 200
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hook.status == 200:
                    hook.got.append(json.loads(body))
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Mail:
    """Keeps the messages that a server of mail took."""

    def __init__(self) -> None:
        self.got: list[str] = []

    async def handle_DATA(  # noqa: N802  (aiosmtpd's name)
        self, _server: object, _session: object, envelope: Any
    ) -> str:
        self.got.append(envelope.content.decode("utf-8", "replace"))
        return "250 OK"


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def mail() -> Iterator[tuple[Mail, int]]:
    kept = Mail()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield kept, port
    finally:
        controller.stop()


def config(folder: Path, text: str) -> dict[str, str]:
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "alerts.toml").write_text(text)
    return {"SAMEHAND_CONFIG": str(folder / "config")}


def visit(folder: Path, number: int, *values: str, site: str = "a.example", outcome: Outcome = Outcome.READ) -> None:
    at = day(number)
    look = Coverage(site, Role.FRONT, f"https://{site}/", outcome, at, "1", "", 200)
    with SqliteStore(folder / "samehand.db") as store:
        store.write(Batch(tuple(seen(site, value, at=at) for value in values), (look,)))
        store.end_visit(site, at, at)


def day(number: int) -> datetime:
    return NOON + timedelta(days=number)


def alert(folder: Path, number: int, environment: dict[str, str], expect: int = 0) -> str:
    return run(folder, "alerts", "--now", day(number).isoformat(), expect=expect, **environment).stderr


PIVOT = """
[channels]
hook = "{}"
[rules.ours]
on = "pivot"
values = ["UA-7"]
"""


def test_a_hit_of_a_pivot_is_told_once(tmp_path: Path, hook: Hook) -> None:
    environment = config(tmp_path, PIVOT.format(f"json://127.0.0.1:{hook.server.server_port}/x"))
    visit(tmp_path, 0, "UA-1")
    alert(tmp_path, 0, environment)
    visit(tmp_path, 1, "UA-7")
    assert alert(tmp_path, 1, environment).strip() == "1 new, 1 sent, 0 failed."
    assert alert(tmp_path, 2, environment).strip() == "0 new, 0 sent, 0 failed."
    assert [one["title"] for one in hook.got] == ["Samehand: a.example carries google-analytics UA-7"]


def test_what_was_there_before_the_first_run_is_not_told(tmp_path: Path, hook: Hook) -> None:
    environment = config(tmp_path, PIVOT.format(f"json://127.0.0.1:{hook.server.server_port}/x"))
    visit(tmp_path, 0, "UA-7")
    alert(tmp_path, 1, environment)
    assert hook.got == []


def test_a_message_that_is_not_taken_is_tried_again(tmp_path: Path, hook: Hook) -> None:
    environment = config(tmp_path, PIVOT.format(f"json://127.0.0.1:{hook.server.server_port}/x"))
    visit(tmp_path, 0, "UA-1")
    alert(tmp_path, 0, environment)
    visit(tmp_path, 1, "UA-7")
    hook.status = 503
    assert "1 messages could not be sent and are tried again later" in alert(tmp_path, 1, environment, expect=1)
    assert [(row["state"], row["tries"]) for row in rows(tmp_path, "alerts", "--list")] == [("failed", 1)]
    hook.status = 200
    alert(tmp_path, 1, environment)
    assert hook.got == [], "not before its time"
    alert(tmp_path, 2, environment)
    assert len(hook.got) == 1


def test_a_site_that_is_back_is_told_by_mail_and_without_harm(tmp_path: Path, mail: tuple[Mail, int]) -> None:
    kept, port = mail
    address = f"mailto://127.0.0.1:{port}?from=samehand@example.org&to=desk@example.org&mode=insecure"
    environment = config(tmp_path, '[channels]\ndesk = "env:DESK"\n[rules.again]\non = "back-online"\n')
    environment["DESK"] = address
    visit(tmp_path, 0, "UA-1")
    alert(tmp_path, 0, environment)
    visit(tmp_path, 1, outcome=Outcome.FAILED)
    visit(tmp_path, 2, "UA-1")
    alert(tmp_path, 2, environment)
    assert len(kept.got) == 1
    assert "a.example is back online" in kept.got[0]


def test_look_alikes_of_my_brands_and_changes(tmp_path: Path, hook: Hook) -> None:
    rules = '[rules.brands]\non = "lookalike"\nbrands = ["morgenblick.de"]\n[rules.ids]\non = "change"\ngroups = ["id"]\n'
    environment = config(tmp_path, f'[channels]\nhook = "json://127.0.0.1:{hook.server.server_port}/"\n{rules}')
    visit(tmp_path, 0, "UA-1")
    alert(tmp_path, 0, environment)
    visit(tmp_path, 1, "UA-2")
    visit(tmp_path, 1, "UA-3", site="morgenblick.ltd")
    alert(tmp_path, 1, environment)
    assert sorted(one["title"] for one in hook.got) == [
        "Samehand: a.example: google-analytics swapped: UA-1 → UA-2",
        "Samehand: morgenblick.ltd looks like morgenblick.de",
    ]


def test_what_strangers_wrote_is_made_safe(tmp_path: Path, hook: Hook) -> None:
    environment = config(
        tmp_path, '[rules.ids]\non = "change"\n[channels]\n' + f'hook = "json://127.0.0.1:{hook.server.server_port}/"\n'
    )
    visit(tmp_path, 0, "UA-1")
    alert(tmp_path, 0, environment)
    visit(tmp_path, 1, "UA-2\x1b[2J\r\nBcc: everybody@example.org\u202e")
    alert(tmp_path, 1, environment)
    title = hook.got[0]["title"]
    assert not set(title) & set("\x1b\r\n\u202e")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[rules.x]\non = "nothing"\n', "alerts.toml, rules.x.on: "),
        ('[rules.x]\non = "pivot"\n', "a pivot needs values"),
        ('[rules.x]\non = "change"\nto = ["desk"]\n', "there is no channel desk"),
    ],
)
def test_rules_that_cannot_be_used_are_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    visit(tmp_path, 0, "UA-1")
    stderr = alert(tmp_path, 0, config(tmp_path, text), expect=2)
    assert sentence in stderr
    assert len(stderr.strip().splitlines()) == 1


def test_a_channel_can_be_tried(tmp_path: Path, hook: Hook) -> None:
    environment = config(tmp_path, f'[channels]\nhook = "json://127.0.0.1:{hook.server.server_port}/"\nbad = "nothing"\n')
    run(tmp_path, "alerts", "--test", "hook", **environment)
    assert [one["message"] for one in hook.got] == ["Alerts reach this channel."]
    assert "none that apprise understands" in run(tmp_path, "alerts", "--test", "bad", expect=1, **environment).stderr
