"""A document fetched from a public address, never from the network this program happens to stand in.

The name is resolved here, every address it has is judged, and the connection goes to a judged address itself: what the
name resolves to a moment later (DNS rebinding) no longer matters. Each redirect is judged the same way.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.reading import LARGEST_FILE

if TYPE_CHECKING:
    import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Permitted = Callable[[Address], bool]
"""Whether a connection to an address may be made."""

MOST_REDIRECTS = 5
"""Servers may send on so many times; browsers allow 20, publishers need one or two."""
WAIT_S = 10.0
"""Seconds to wait for a connection or for the next bytes."""
TOTAL_S = 60.0
"""Seconds after which a document that is still arriving is given up."""
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_EXTENSIONS = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: the name of a file, its bytes, and the address that finally served it."""

    file: str
    content: bytes
    address: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much and how long to take: bytes, seconds, and redirects."""

    largest: int = LARGEST_FILE
    total_s: float = TOTAL_S
    redirects: int = MOST_REDIRECTS


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, also behind the forms of IPv6 that carry one of IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        translated = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _TRANSLATED else None
        carried = address.ipv4_mapped or address.sixtofour or translated
        if carried is not None:
            return is_public(carried)
        if address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_address(text: str) -> bool:
    """Whether a person means an address and not a file."""
    return "://" in text


def fetch(address: str, permitted: Permitted = is_public, limits: Limits | None = None) -> Fetched:
    """The document at an http or https address.

    Args:
        address: of the document.
        permitted: which network addresses may be connected to.
        limits: on size, time and redirects.

    Raises:
        DocumentError: no such address, one that is not permitted (also after a redirect), too large, too slow, not
            served.
    """
    import httpx

    limits = limits or Limits()
    deadline = time.monotonic() + limits.total_s
    # Settings of the environment (proxies, .netrc) would connect elsewhere than to the judged address.
    with httpx.Client(trust_env=False, timeout=WAIT_S, follow_redirects=False) as client:
        try:
            url = httpx.URL(address)
            for _ in range(limits.redirects + 1):
                with _response(client, address, url, permitted) as response:
                    if response.has_redirect_location:
                        url = url.join(response.headers["location"])
                        continue
                    return Fetched(_file(url, response), _body(address, response, limits, deadline), str(url))
        except httpx.InvalidURL as error:
            raise DocumentError(Problem(Flaw.BAD_ADDRESS, address)) from error
        except httpx.TimeoutException as error:
            raise _too_slow(address, limits) from error
        except httpx.HTTPError as error:
            raise DocumentError(Problem(Flaw.NOT_FETCHED, address, {"reason": str(error)})) from error
    raise DocumentError(Problem(Flaw.TOO_MANY_REDIRECTS, address, {"limit": str(limits.redirects)}))


@contextmanager
def _response(client: httpx.Client, asked: str, url: httpx.URL, permitted: Permitted) -> Iterator[httpx.Response]:
    """The opened answer of a server, asked by the network address its name stood for when it was judged."""
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise DocumentError(Problem(Flaw.BAD_ADDRESS, asked))
    judged = _judged(asked, url, permitted)
    # The server is told, and its certificate must be for, the name; only the connection goes by number.
    headers = {"Host": url.netloc.decode("ascii"), "User-Agent": "policybot", "Accept-Encoding": "identity"}
    named = {"sni_hostname": url.raw_host.decode("ascii")}
    request = client.build_request("GET", url.copy_with(host=str(judged)), headers=headers, extensions=named)
    with closing(client.send(request, stream=True)) as response:
        yield response


def _judged(asked: str, url: httpx.URL, permitted: Permitted) -> Address:
    """An address of the host, once all its addresses are found to be permitted."""
    try:
        found = socket.getaddrinfo(url.host, url.port or 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DocumentError(Problem(Flaw.UNKNOWN_HOST, asked, {"host": url.host})) from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        if not permitted(address):
            facts = {"host": url.host, "address": str(address)}
            raise DocumentError(Problem(Flaw.ADDRESS_NOT_PUBLIC, asked, facts))
    # Not every network carries IPv6; where a host has both, the older one reaches it from everywhere.
    return min(addresses, key=lambda address: address.version)


def _body(asked: str, response: httpx.Response, limits: Limits, deadline: float) -> bytes:
    if response.status_code != HTTPStatus.OK:
        raise DocumentError(Problem(Flaw.NOT_SERVED, asked, {"status": str(response.status_code)}))
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > limits.largest:
            raise DocumentError(Problem(Flaw.TOO_LARGE, asked, {"limit_mb": str(limits.largest // 2**20)}))
        if time.monotonic() > deadline:
            raise _too_slow(asked, limits)
    return bytes(content)


def _file(url: httpx.URL, response: httpx.Response) -> str:
    """A file name for the document; its extension is what the server calls a text, for texts do not say themselves."""
    name = PurePosixPath(unquote(url.path)).name or url.host
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return f"{PurePosixPath(name).stem}{_EXTENSIONS[kind]}" if kind in _EXTENSIONS else name


def _too_slow(asked: str, limits: Limits) -> DocumentError:
    return DocumentError(Problem(Flaw.TOO_SLOW, asked, {"limit_s": f"{limits.total_s:g}"}))
