"""The button for the visitor's system, on the landing page and on the home page."""

from __future__ import annotations

from contracts.downloads.dto import LatestReleases, ReleaseWithFiles
from gateway.pages.downloads import files
from gateway.pages.downloads.models import DownloadLink, Hero, System, SystemChoice
from gateway.pages.downloads.versions import order_of
from gateway.pages.links import Link, release_path, system_path

DOCKER = Link(label="Docker images", href="https://hub.docker.com/_/python", external=True)

OTHER = SystemChoice(key="other", label="Other Platforms", href="/downloads/operating-systems/")

_LABELS: dict[System, str] = {
    "windows": "Windows",
    "macos": "macOS",
    "source": files.SYSTEM_NAMES["source"],
    "android": "Android",
    "ios": "iOS",
}

_HEADINGS: dict[System, str] = {
    "windows": "Download the latest version for Windows",
    "macos": "Download the latest version for macOS",
    "source": "Download the latest source code",
    "android": "Download the latest version for Android",
    "ios": "Download the latest version for iOS",
    "unknown": "Download the latest version of Python",
}

_NOTES: dict[System, str] = {
    "source": "Most Linux distributions already come with Python, or offer it in their package "
    "manager.",
    "android": "These packages are for developers who build Python into an Android app.",
    "ios": "This package is for developers who build Python into an iOS app.",
}

_UNAVAILABLE = "The latest release cannot be shown right now. Choose your system to find it."


def build(system: System, latest: LatestReleases | None) -> Hero:
    """Return the hero for a system. `latest` None: it could not be had."""
    release = latest.python3 if latest else None
    manager = latest.pymanager if latest else None
    primary, also_text, also = _button(system, release, manager)
    known = system != "unknown"
    return Hero(
        system=system,
        heading=_HEADINGS[system],
        primary=primary if known else None,
        also_text=also_text if known else "",
        also=also if known else (),
        note=_NOTES.get(system, "") if release else _UNAVAILABLE,
        choices=_choices(release, manager),
        release=Link(label=release.name, href=release_path(release)) if release else None,
        prerelease=_prerelease(system, latest),
        docker=DOCKER,
    )


def _choices(
    release: ReleaseWithFiles | None, manager: ReleaseWithFiles | None
) -> tuple[SystemChoice, ...]:
    own = tuple(
        SystemChoice(
            key=slug,
            label=label,
            href=system_path(slug),
            download=_button(slug, release, manager)[0],
        )
        for slug, label in _LABELS.items()
    )
    return (*own, OTHER)


def _button(
    system: System, release: ReleaseWithFiles | None, manager: ReleaseWithFiles | None
) -> tuple[DownloadLink | None, str, tuple[DownloadLink, ...]]:
    """Return the button, the words before the smaller links, and those links."""
    if system == "windows":
        return _windows(release, manager)
    if release is None or system == "unknown":
        return None, "", ()
    own = files.in_order(release.files_for_os(system))
    if not own:
        # The latest release was not made for it; an older one may have been.
        page = DownloadLink(
            label=f"See releases for {_LABELS[system]}",
            href=system_path(system),
            detail=f"{release.name} has no package for {_LABELS[system]}",
        )
        return page, "", ()
    label = f"Download {release.name}" + (" source" if system == "source" else "")
    others = tuple(files.download(file, file.name) for file in own[1:])
    return files.download(own[0], label), "Also:" if others else "", others


def _windows(
    release: ReleaseWithFiles | None, manager: ReleaseWithFiles | None
) -> tuple[DownloadLink | None, str, tuple[DownloadLink, ...]]:
    """Offer the install manager where there is one, and the standalone installers beside it."""
    installers = files.windows_installers(release.files) if release else []
    links = tuple(
        files.download(file, files.architecture(file) or file.name) for file in installers
    )
    button = files.install_manager_button(manager)
    if button:
        name = release.name if release else "Python"
        return button, f"Or get the standalone installer for {name}:" if links else "", links
    if release is None:
        return None, "", ()
    if not installers:
        # Security releases come as source only: the page of the system has the last installer.
        page = DownloadLink(
            label="See releases for Windows",
            href=system_path("windows"),
            detail=f"{release.name} has no installer for Windows",
        )
        return page, "", ()
    chosen = next((file for file in installers if file.download_button), installers[0])
    rest = tuple(link for link, file in zip(links, installers, strict=True) if file is not chosen)
    button = files.download(chosen, f"Download {release.name}")
    return button, "For other processors:" if rest else "", rest


def best(system: str, latest: LatestReleases | None) -> DownloadLink | None:
    """Return the file of the latest release that the hero shows at a system, None for none."""
    slug = next((slug for slug in _LABELS if slug == system), None)
    if slug is None or latest is None:
        return None
    button = _button(slug, latest.python3, latest.pymanager)[0]
    return button if button and button.file_name else None


def _prerelease(system: System, latest: LatestReleases | None) -> Link | None:
    """Return the newest pre-release where it is ahead of the latest, else all for the system."""
    if latest is None:
        return None
    newest = latest.prerelease
    if newest and (latest.python3 is None or order_of(newest) > order_of(latest.python3)):
        return Link(label=newest.name, href=release_path(newest))
    slug = "source" if system == "unknown" else system
    return Link(label="Pre-releases", href=f"{system_path(slug)}?kind=pre-release")
