"""Staff where they need a second factor: led to it, and let in once they have one."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Iterator

import asyncpg
import httpx
import pyotp
import pytest
import pytest_asyncio
import uvicorn
from browsing import hindrances, looking
from playwright.async_api import Browser, Page, expect
from running import Site

from devstack.manifest import PROGRAMS
from devstack.ports import free_port
from devstack.programs import ProgramProcess
from devstack.waiting import until
from gateway.app import create_app
from gateway.settings import Settings
from servicekit.tokens import SigningKey

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

#: Milliseconds: what is looked for comes when the machine comes to it.
expect.set_options(timeout=30_000)

PASSWORD = "a stone in the river"


class _Server(uvicorn.Server):
    """A server that leaves signals to the test run."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none: they are for whoever runs the tests."""
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def strict(site: Site) -> AsyncIterator[str]:
    """One more gateway of the running site, before an identity service that asks staff for more."""
    port, identity_port = free_port(), free_port()
    home = f"http://localhost:{port}"
    identity = ProgramProcess(
        next(program for program in PROGRAMS if program.name == "identity"),
        name="identity-strict",
        port=identity_port,
        log=site.folder / "logs" / "identity-strict.log",
        environment={
            **site.environment("identity"),
            "PYDOTORG_STAFF_SECOND_FACTOR": "true",
            "PYDOTORG_PUBLIC_URL": home,
            "PYDOTORG_PORT": str(identity_port),
            # What is told and mailed goes out by the site's own.
            "PYDOTORG_ROLE": "web",
        },
    )
    await asyncio.to_thread(identity.start)
    variables = {
        name.removeprefix("PYDOTORG_").lower(): value
        for name, value in site.environment("gateway").items()
        if name.startswith("PYDOTORG_")
    }
    settings = Settings.model_validate(
        variables
        | {"port": port, "public_url": home, "identity_url": identity.url, "log_level": "WARNING"}
    )
    server = _Server(uvicorn.Config(create_app(settings), port=port, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started or serving.done())
    yield home
    server.should_exit = True
    await serving
    await asyncio.to_thread(identity.stop)


async def hire(site: Site) -> str:
    """Make an account of somebody who is staff; returns the user name."""
    name = f"staff-{secrets.token_hex(4)}"
    key = SigningKey.load(str(site.folder / "keys" / "gateway.json"))
    token = key.mint(
        subject="service:gateway", audience="identity", permissions=("identity.serve_accounts",)
    )
    address = f"http://127.0.0.1:{site.processes()['identity'].port}"
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        sent = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        headers = {"Authorization": f"Bearer {token}"}
        answer = await client.post("/signups", json=sent, headers=headers)
        assert answer.status_code == 202, answer.text
    connection = await asyncpg.connect(site.database("identity"))
    await connection.execute(
        "UPDATE email_address SET verified = true WHERE email = $1", f"{name}@example.org"
    )
    await connection.execute(
        "UPDATE account SET is_staff = true, permissions = '{downloads.view_release}'"
        " WHERE username = $1",
        name,
    )
    await connection.close()
    return name


async def sign_in(page: Page, home: str, name: str) -> None:
    """Ask for the admin, and give the password on the way."""
    await page.goto(f"{home}/admin/")
    await page.get_by_label("User name or e-mail").fill(name)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


async def test_staff_set_up_an_app_and_reach_the_admin(
    site: Site, strict: str, browser: Browser
) -> None:
    name = await hire(site)
    async with looking(browser, scripts=False) as page:  # none of it needs one
        await sign_in(page, strict, name)
        main = page.get_by_role("main")
        await expect(main).to_contain_text("Your account needs a second factor")
        await expect(main).to_contain_text("Passkeys need JavaScript")
        await page.get_by_role("link", name="Set up an app").click()
        await page.get_by_role("button", name="Show the secret").click()
        secret = (await page.get_by_label("The secret").inner_text()).replace(" ", "").strip()
        await page.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).now())
        await page.get_by_role("button", name="Finish").click()
        recovery = (await page.get_by_label("Recovery codes").inner_text()).split()
        await page.get_by_role("link", name="I have kept them").click()
        assert page.url == f"{strict}/admin/"
        await expect(page.get_by_role("link", name="Releases", exact=True)).to_be_visible()
    async with looking(browser, phone=True, dark=True) as page:
        await sign_in(page, strict, name)
        await expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
        assert await hindrances(page) == []
        await page.get_by_role("textbox", name="Code").fill(recovery[0])
        await page.get_by_role("button", name="Continue").click()
        await page.wait_for_url(f"{strict}/admin/")
