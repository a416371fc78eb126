"""Documents from the web: nothing but the public internet is connected to, whatever names and redirects say."""

from __future__ import annotations

import gzip
import ipaddress
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import DocumentError, Flaw
from knowledge.readers import read_content
from knowledge.web import Address, Limits, Permitted, fetch, is_public
from tests.knowledge.samples import TITLE, pdf_file

PAGE = "<html><head><title>通知</title></head><body><p>一、正文。</p></body></html>".encode()


def anywhere(address: Address) -> bool:
    return True


class Site(BaseHTTPRequestHandler):
    """A publisher that serves documents, redirects, and things no client should take."""

    asked: ClassVar[list[str]] = []

    def log_message(self, *arguments: object) -> None:
        """Nothing on the terminal."""

    def do_GET(self) -> None:
        self.asked.append(f"{self.headers['Host']}{self.path}")
        name = self.path.strip("/")
        if name.startswith("to/"):
            self._answer(302, b"", {"Location": self.path.removeprefix("/to/").replace("%3A", ":")})
        elif name == "loop":
            self._answer(302, b"", {"Location": "/loop"})
        elif name == "endless":
            self._endless()
        elif name == "bomb":
            self._answer(200, gzip.compress(bytes(30 * 2**20)), {"Content-Encoding": "gzip"})
        elif name == "a.pdf":
            self._answer(200, pdf_file(), {"Content-Type": "application/octet-stream"})
        elif name == "art_1.html":
            self._answer(200, PAGE, {"Content-Type": "text/html; charset=utf-8"})
        elif name == "view":
            self._answer(200, "一、正文。".encode(), {"Content-Type": "text/plain"})
        else:
            self._answer(404, b"no")

    def _answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            return


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a running publisher on this machine."""
    Site.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.block_on_close = False
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes every name resolve to the given addresses, in turn where several lists are given."""

    def resolve(*answers: list[str]) -> None:
        left, really = list(answers), socket.getaddrinfo

        def getaddrinfo(host: str, port: int, *arguments: int, **options: int) -> list[Any]:
            if host[0].isdigit():
                return really(host, port, *arguments, **options)
            found = left.pop(0) if len(left) > 1 else left[0]
            return [(0, 0, 0, "", (address, port)) for address in found]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return resolve


def flaw_of(address: str, permitted: Permitted = is_public, limits: Limits | None = None) -> Flaw:
    with pytest.raises(DocumentError) as caught:
        fetch(address, permitted, limits)
    return caught.value.problem.flaw


def test_a_page_is_fetched_and_read(site: str) -> None:
    fetched = fetch(f"{site}/art_1.html", anywhere)
    assert (fetched.file, fetched.address) == ("art_1.html", f"{site}/art_1.html")
    assert read_content(fetched.file, fetched.content).text == "一、正文。"


def test_content_decides_what_a_document_is_and_the_server_only_what_a_text_is(site: str) -> None:
    assert read_content("a", fetch(f"{site}/a.pdf", anywhere).content).text.startswith(TITLE)
    assert fetch(f"{site}/view", anywhere).file == "view.txt"


def test_a_redirect_leads_to_the_document_and_names_it(site: str) -> None:
    fetched = fetch(f"{site}/to//art_1.html", anywhere)
    assert (fetched.file, fetched.address) == ("art_1.html", f"{site}/art_1.html")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "169.254.169.254", "100.64.0.1", "0.1.2.3", "224.0.0.1",
     "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::a00:1]", "[2002:7f00:1::]", "2130706433",
     "0x7f.1", "localhost"],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused_by_default(host: str) -> None:
    assert flaw_of(f"http://{host}/a.html") in (Flaw.ADDRESS_NOT_PUBLIC, Flaw.UNKNOWN_HOST)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]"])
def test_nor_may_a_redirect_lead_to_one(site: str, host: str) -> None:
    def only_this_site(address: Address) -> bool:
        return is_public(address) or (not Site.asked and address.is_loopback)

    assert flaw_of(f"{site}/to/http:%2F%2F{host}/secret".replace("%2F", "/"), only_this_site) is Flaw.ADDRESS_NOT_PUBLIC
    assert len(Site.asked) == 1


def test_a_name_with_one_private_address_among_public_ones_is_refused(names: Callable[..., None]) -> None:
    names(["93.184.216.34", "10.0.0.7"])
    assert flaw_of("https://example.org/a.html") is Flaw.ADDRESS_NOT_PUBLIC


def test_the_connection_goes_to_the_judged_address_and_the_name_to_the_server(
    site: str, names: Callable[..., None]
) -> None:
    names(["127.0.0.1"], ["10.0.0.7"])
    fetched = fetch(site.replace("127.0.0.1", "fgw.example.org") + "/art_1.html", lambda address: address.is_loopback)
    assert fetched.content == PAGE
    assert Site.asked[0].startswith("fgw.example.org:")


@given(st.ip_addresses())
def test_an_address_is_public_only_if_the_registries_say_so(address: Address) -> None:
    if is_public(address):
        local = address.is_private or address.is_loopback or address.is_link_local
        assert not local
        assert not address.is_multicast


def test_ordinary_servers_are_public() -> None:
    assert is_public(ipaddress.ip_address("93.184.216.34"))
    assert is_public(ipaddress.ip_address("2606:2800:220:1::1"))


@pytest.mark.parametrize(
    "address", ["ftp://example.org/a", "file:///etc/passwd", "http://", "https://u:p@example.org/", "http://a:b/"]
)
def test_only_plain_web_addresses_are_taken(address: str) -> None:
    assert flaw_of(address, anywhere) is Flaw.BAD_ADDRESS


def test_what_is_too_large_too_slow_missing_or_endless_is_given_up(site: str) -> None:
    small = Limits(largest=2**20)
    assert flaw_of(f"{site}/endless", anywhere, small) is Flaw.TOO_LARGE
    assert flaw_of(f"{site}/bomb", anywhere, small) is Flaw.TOO_LARGE
    assert flaw_of(f"{site}/endless", anywhere, Limits(largest=2**40, total_s=0)) is Flaw.TOO_SLOW
    assert flaw_of(f"{site}/loop", anywhere) is Flaw.TOO_MANY_REDIRECTS
    assert flaw_of(f"{site}/none", anywhere) is Flaw.NOT_SERVED


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert flaw_of(f"http://127.0.0.1:{port}/", anywhere) is Flaw.NOT_FETCHED


def test_a_name_that_does_not_resolve_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*arguments: object, **options: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert flaw_of("http://nowhere.example/") is Flaw.UNKNOWN_HOST
