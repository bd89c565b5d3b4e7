"""Who signs releases, for those who verify them: /downloads/metadata/sigstore/.

Programs read the table (as at python.org), so its columns stay as they are.
"""

from __future__ import annotations

from gateway.cache.policy import CachePolicy
from gateway.pages.landings.models import Signer, SigstorePage
from gateway.pages.links import Link
from gateway.web.pages import Page, PageContext, page

_GITHUB = "https://github.com/login/oauth"
_GOOGLE = "https://accounts.google.com"

#: (series, PEP of the schedule, release manager, identity, issuer), as release managers say.
_TABLE = (
    ("3.7", 537, "Ned Deily", "nad@python.org", _GITHUB),
    ("3.8", 569, "Łukasz Langa", "lukasz@langa.pl", _GITHUB),
    ("3.9", 596, "Łukasz Langa", "lukasz@langa.pl", _GITHUB),
    ("3.10", 619, "Pablo Galindo Salgado", "pablogsal@python.org", _GOOGLE),
    ("3.11", 664, "Pablo Galindo Salgado", "pablogsal@python.org", _GOOGLE),
    ("3.12", 693, "Thomas Wouters", "thomas@python.org", _GOOGLE),
    ("3.13", 719, "Thomas Wouters", "thomas@python.org", _GOOGLE),
    ("3.14", 745, "Hugo van Kemenade", "hugo@python.org", _GITHUB),
    ("3.15", 790, "Hugo van Kemenade", "hugo@python.org", _GITHUB),
    ("3.16", 826, "Savannah Ostrowski", "savannah@python.org", _GITHUB),
)


def _signer(row: tuple[str, int, str, str, str]) -> Signer:
    series, pep, manager, identity, issuer = row
    link = Link(label=f"PEP {pep}", href=f"https://peps.python.org/pep-{pep:04}/", external=True)
    return Signer(series=series, pep=link, manager=manager, identity=identity, issuer=issuer)


SIGNERS = tuple(_signer(row) for row in reversed(_TABLE))

_EXAMPLE = ("3.14", "Python-3.14.0.tgz")


@page("/downloads/metadata/sigstore/", name="downloads.sigstore", cache=CachePolicy(fresh=86400))
async def sigstore(ctx: PageContext) -> Page:
    """Show how to verify a download, and who signs what."""
    series, file = _EXAMPLE
    signer = next(signer for signer in SIGNERS if signer.series == series)
    return ctx.render(
        "landings/sigstore.html",
        SigstorePage(signers=SIGNERS, example=file, example_signer=signer),
    )
