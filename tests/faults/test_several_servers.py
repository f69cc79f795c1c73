"""What holds at all servers together: limits (S11), and the version in force. Two real servers work on one database."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from advisor import starter
from advisor.models import AuditEvent, Database, RateLimit
from advisor.models.rule_sets.rule_set_version import publish
from tests.conftest import KEY
from tests.factories import PASSWORD, make_account
from tests.serving import ServerProcess, environment

TRIES = 16
ALLOWED = 10


class Browser:
    """Keeps cookies, and sends the form of the sign-in to one of the servers."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), _NoRedirect())
        page = self.opener.open(f"{address}/sign-in", timeout=30).read().decode()
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found is not None
        self.token = found[1]

    def sign_in(self, password: str) -> tuple[int, int]:
        """Returns the status, and how many seconds to wait."""
        sent = {"csrf_token": self.token, "email": "olga@example.org", "password": password}
        try:
            answer = self.opener.open(f"{self.address}/sign-in", urllib.parse.urlencode(sent).encode(), timeout=30)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, int(error.headers.get("Retry-After", 0))
        with answer:
            return answer.status, 0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: object) -> None:
        """Show the redirect itself."""


def test_s11_two_servers_together_allow_ten_tries(database: Database, database_url: str, tmp_path: Path) -> None:
    make_account(database)
    settings = environment(database_url, tmp_path, ADVISOR_SECRET_KEY=KEY)
    with ServerProcess(settings) as one, ServerProcess(settings) as other:
        browsers = [Browser((one, other)[number % 2].url) for number in range(TRIES)]
        with ThreadPoolExecutor(4) as people:
            replies = list(people.map(lambda browser: browser.sign_in("wrong " * 4), browsers))
        for server in (one, other):
            status, wait = Browser(server.url).sign_in(PASSWORD)
            assert (status, 0 < wait <= 300) == (429, True), "the right password waits, too, at both"
    statuses = [status for status, _wait in replies]
    assert statuses.count(422) == ALLOWED
    assert statuses.count(429) == TRIES - ALLOWED
    with database.read() as session:
        refused = select(func.count()).select_from(AuditEvent).where(AuditEvent.kind == "sign-in refused")
        assert session.scalar(refused) == ALLOWED
        counted = select(func.count()).select_from(RateLimit).where(RateLimit.bucket == "sign-in account")
        assert session.scalar(counted) == ALLOWED


def test_a_published_version_is_seen_at_once_by_every_process_and_nobody_through_another(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    make_account(database)
    workers = {} if database.is_sqlite else {"WEB_CONCURRENCY": "2"}
    settings = environment(database_url, tmp_path, ADVISOR_SECRET_KEY=KEY, **workers)
    with ServerProcess(settings) as one, ServerProcess(settings) as other:
        owner = Browser(one.url)
        owner.sign_in(PASSWORD)
        for number in (1, 2):
            # Often enough for both workers of a server to have kept the page, and to be asked again.
            addresses = [f"{server.url}/versions" for server in (one, other) * 8]
            pages = [read(urllib.request.build_opener(), address) for address in addresses]
            assert len(set(pages)) == 1, "the same bytes from each process"
            assert f"Version {number}<" in pages[0]
            assert "Sign in</a>" in pages[0]
            assert "csrf_token" not in pages[0]
            known = [read(owner.opener, addresses[0]) for _ in range(8)]
            assert all("Sign out</button>" in page and f"Version {number}<" in page for page in known)
            with database.write() as session:
                publish(session, starter.text(), "The same again")


def read(opener: urllib.request.OpenerDirector, address: str) -> str:
    with opener.open(address, timeout=30) as reply:
        return str(reply.read().decode())
