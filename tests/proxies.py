"""Caddy and nginx in front of an installation, configured as docs/operating.md says."""

import re
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import trustme

from office import Office, free_port
from patience import HANG_SECONDS, until
from visitor import Visitor

DOCS = Path(__file__).parents[1] / "docs" / "operating.md"
CADDYFILE = """
{{
    admin off
    auto_https disable_redirects
    storage file_system {folder}/storage
}}
{block}
"""
NGINX_CONF = """
daemon off; pid {folder}/pid; error_log {folder}/log;
worker_processes 1; worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
    fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port} ssl; server_name localhost;
        ssl_certificate {folder}/cert; ssl_certificate_key {folder}/key;
        {block}
    }}
}}
"""


def documented(first_word: str) -> str:
    """The block of docs/operating.md that begins so."""
    blocks = re.findall(r"^```\n(.*?)^```", DOCS.read_text(), re.M | re.S)
    return next(block for block in blocks if block.startswith(first_word))


def _caddy(folder: Path, port: int, behind: int) -> list[str]:
    block = documented("ebok.example.pl").replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    tls = f"https://localhost:{port} {{\n    bind 127.0.0.1\n    tls {folder}/cert {folder}/key"
    block = block.replace("ebok.example.pl {", tls)
    (folder / "Caddyfile").write_text(CADDYFILE.format(folder=folder, block=block))
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def _nginx(folder: Path, port: int, behind: int) -> list[str]:
    block = documented("underscores").replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    (folder / "conf").write_text(NGINX_CONF.format(folder=folder, port=port, block=block))
    return ["nginx", "-p", str(folder), "-c", str(folder / "conf")]


PROXIES: dict[str, Callable] = {"caddy": _caddy, "nginx": _nginx}


def is_here(name: str) -> bool:
    """Whether this proxy is installed; tests/prepare.sh does it, where it may."""
    return shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") is not None


class Front:
    """An office behind a proxy, at an address with a port."""

    def __init__(self, office: Office, address: str, trust: ssl.SSLContext):
        self.office, self.address, self.trust = office, address, trust

    def visitor(self) -> Visitor:
        """Somebody who comes through the proxy; all of them from this machine."""
        somebody = Visitor(self.office)
        somebody.http.close()
        somebody.http = httpx.Client(
            base_url=self.address,
            verify=self.trust,
            timeout=HANG_SECONDS,
            headers={"Referer": f"{self.address}/", "Accept-Language": "pl"},
        )
        return somebody

    def at(self, source: str) -> httpx.Client:
        """A browser at this address of this machine's, such as 127.0.0.5."""
        way = httpx.HTTPTransport(verify=self.trust, local_address=source)
        return httpx.Client(base_url=self.address, transport=way, timeout=HANG_SECONDS)


@contextmanager
def behind(name: str, office: Office, folder: Path) -> Iterator[Front]:
    """Start this proxy, then the installation behind it."""
    port, authority = free_port(), trustme.CA()
    issued = authority.issue_cert("localhost")
    folder = folder / name
    folder.mkdir()
    (folder / "cert").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(folder / "key")
    address = f"https://localhost:{port}"
    office.environment["EBOK_BASE_URL"] = address
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    environment = {"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/usr/local/bin:/usr/local/sbin"}
    with office, (folder / "out").open("wb") as out:
        command = PROXIES[name](folder, port, office.port)
        proxy = subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=folder)
        try:
            until(
                lambda: _answers(address, trust),
                proxy,
                lambda: (folder / "out").read_text()[-2000:],
            )
            yield Front(office, address, trust)
        finally:
            proxy.terminate()
            proxy.wait()


def _answers(address: str, trust: ssl.SSLContext) -> bool:
    try:
        return httpx.get(f"{address}/", verify=trust, timeout=HANG_SECONDS).status_code == 200
    except httpx.HTTPError:
        return False
