"""A newcomer comes, looks after an account, and leaves again."""

from __future__ import annotations

import re
import secrets

import httpx
import pytest
from browsing import PHONE, hindrances, looking
from playwright.async_api import Browser, Page, expect
from running import Site

from devstack.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

#: Milliseconds: what is looked for comes when the machine comes to it.
expect.set_options(timeout=30_000)

PASSWORD = "a stone in the river"
NEW = "another stone, in the sea"
OWN = (
    "/users/edit/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/sessions/",
    "/accounts/keys/",
    "/accounts/webhooks/",
    "/accounts/security/",
)


async def sign_in(page: Page, site: str, name: str, password: str) -> None:
    await page.goto(f"{site}/accounts/login/")
    await page.get_by_label("User name or e-mail").fill(name)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(f"{site}/")
    # On a phone it waits in the drawer.
    await expect(page.locator(".account__name")).to_be_attached()


async def mailed_link(site: Site, address: str) -> str:
    """Return the path of the link in the mail that came last."""
    found: list[str] = []

    async def arrived() -> bool:
        async with httpx.AsyncClient(base_url=site.processes()["mailbox"].address) as mailbox:
            mails = (await mailbox.get("/api/mails", params={"to": address})).json()
        found[:] = re.findall(r"(/accounts/confirm-email/[\w-]+/)", str(mails))
        return bool(found)

    await until(arrived, timeout=30, message=f"a mail to {address}")
    return found[0]


def named(address: str) -> str:
    """Return an address of this machine by its name: passkeys belong to one."""
    return address.replace("127.0.0.1", "localhost")


async def give_device(page: Page) -> None:
    """Give a browser an authenticator that always says yes."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    traits = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": traits})


async def join(page: Page, site: Site, name: str) -> None:
    """Sign up and follow the link in the mail."""
    home, address = named(site.gateways[0]), f"{name}@example.org"
    await page.goto(home)
    await page.get_by_role("link", name="Sign Up").click()
    # As fast as people are, for what is faster is refused.
    await page.get_by_label("E-mail").press_sequentially(address, delay=70)
    await page.get_by_label("User name").press_sequentially(name, delay=70)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Password again").fill(PASSWORD)
    await page.get_by_role("button", name="Sign up").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your address")
    await page.goto(home + await mailed_link(site, address))
    await expect(page.get_by_role("main")).to_contain_text(address)
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_role("status")).to_contain_text("Your address is confirmed.")


async def look_around(page: Page, home: str) -> None:
    """Find that every page of the account can be used by everybody."""
    for path in OWN:
        await page.goto(home + path)
        assert await hindrances(page) == [], path


async def add_passkey(page: Page, home: str) -> None:
    """Add a passkey, and keep the recovery codes that come with it."""
    await page.goto(f"{home}/accounts/2fa/")
    await page.get_by_label("Name of a new one").fill("my phone")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    wide = page.viewport_size
    await page.set_viewport_size(PHONE)
    assert await hindrances(page) == []
    if wide is not None:
        await page.set_viewport_size(wide)
    codes = await page.get_by_role("list", name="Recovery codes").get_by_role("listitem").count()
    assert codes == 10
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="Save as a text file").click()
    assert (await saving.value).suggested_filename == "python.org-recovery-codes.txt"
    await page.get_by_role("link", name="I have kept them").click()
    await expect(page.get_by_role("main")).to_contain_text("my phone")


async def test_a_newcomer_comes_and_goes(site: Site, browser: Browser) -> None:
    home = named(site.gateways[0])
    name = f"newcomer-{secrets.token_hex(4)}"
    async with looking(browser) as page, looking(browser, phone=True) as elsewhere:
        await give_device(page)
        await join(page, site, name)
        await sign_in(page, home, name, PASSWORD)
        await sign_in(elsewhere, home, name, PASSWORD)

        await look_around(elsewhere, home)

        await page.goto(f"{home}/users/edit/")
        await page.get_by_label("First name").fill("Ada")
        await page.get_by_label("Last name").fill("Newcomer")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status")).to_contain_text("Your profile is saved.")
        await page.get_by_role("link", name="Look at your profile").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Ada Newcomer")

        # The session of the phone is ended from here; the phone finds itself signed out, also
        # where another replica answers it.
        await page.goto(f"{home}/accounts/sessions/")
        await page.get_by_role("button", name=re.compile("^End the session")).click()
        await expect(page.get_by_role("status")).to_contain_text("The session is ended.")
        for gateway in site.gateways:

            async def signed_out(address: str = gateway) -> bool:
                await elsewhere.goto(f"{named(address)}/accounts/sessions/")
                return "/accounts/login/" in elsewhere.url

            await until(signed_out, timeout=15, message="the phone is signed out")

        await page.goto(f"{home}/accounts/password/change/")
        await page.get_by_label("Password until now").fill(PASSWORD)
        await page.get_by_label("New password", exact=True).fill(NEW)
        await page.get_by_label("New password again").fill(NEW)
        await page.get_by_role("button", name="Change password").click()
        await expect(page.get_by_role("status")).to_contain_text("Your password is changed.")

        await add_passkey(page, home)
        await page.locator(".account__summary").click()
        await page.locator(".account").get_by_role("link", name="Sign Out").click()
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url(f"{home}/")
        await expect(page.get_by_role("link", name="Sign In")).to_be_visible()
        await page.goto(f"{home}/accounts/login/")
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await page.wait_for_url(f"{home}/")
        await expect(page.locator(".account__name")).to_be_attached()

        await page.goto(f"{home}/users/edit/")
        await page.get_by_role("link", name="Delete your account").click()
        await page.get_by_label("Password").fill(NEW)
        await page.get_by_role("button", name="Delete my account").click()
        await expect(page.get_by_role("status")).to_contain_text("Your account is deleted")
        answer = await page.goto(f"{home}/users/{name}/")
        assert answer is not None
        assert answer.status == 404


async def test_failures_to_sign_in_are_counted_by_both_processes(site: Site) -> None:
    """One name, two gateways: the sixth try is refused wherever it comes."""
    name = f"nobody-{secrets.token_hex(6)}"
    statuses = []
    for number in range(6):
        async with httpx.AsyncClient(base_url=site.gateways[number % 2], timeout=30) as visitor:
            shown = (await visitor.get("/accounts/login/")).text
            token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
            assert token is not None
            sent = {"csrf_token": token[1], "login": name, "password": "not the password"}
            statuses.append((await visitor.post("/accounts/login/", data=sent)).status_code)
    assert statuses == [422] * 5 + [429]
