"""The standing texts of the download pages, until staff can edit them as boxes."""

from __future__ import annotations

from gateway.pages.downloads.models import PGPKey, TextBlock
from gateway.pages.links import Link


def _text(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text: an empty line ends one, other line breaks are spaces."""
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _out(label: str, href: str, text: str = "") -> Link:
    return Link(label=label, href=href, text=text, external=True)


BLOCKS = (
    TextBlock(
        id="licenses",
        title="Licenses",
        paragraphs=_text(
            """
            Every release of Python is open source. Nearly all of them, and all since
            Python 2.2, may be used together with software under the GPL.
            """
        ),
        links=(
            _out("Read the license", "https://docs.python.org/3/license.html"),
            _out("What open source means", "https://opensource.org/osd"),
        ),
    ),
    TextBlock(
        id="sources",
        title="Sources",
        paragraphs=_text(
            """
            Python builds on most systems with a C compiler. Where no installer is
            offered for yours, build it from source.
            """
        ),
        links=(
            Link(label="Source code", href="/downloads/source/"),
            _out("How to build it", "https://devguide.python.org/getting-started/setup-building/"),
            _out("The repository", "https://github.com/python/cpython"),
        ),
    ),
    TextBlock(
        id="alternatives",
        title="Alternative Implementations",
        paragraphs=_text(
            """
            This site hosts CPython, the reference implementation. Others run the same
            language elsewhere, or faster at some things.
            """
        ),
        links=(
            _out("PyPy", "https://pypy.org/", "with a just-in-time compiler"),
            _out("MicroPython", "https://micropython.org/", "for microcontrollers"),
            _out("GraalPy", "https://www.graalvm.org/python/", "on the Java platform"),
            _out("Pyodide", "https://pyodide.org/", "CPython in the browser"),
            _out("IronPython", "https://ironpython.net/", "on .NET"),
            _out("Jython", "https://www.jython.org/", "Python 2.7 on the Java platform"),
        ),
    ),
    TextBlock(
        id="history",
        title="History",
        paragraphs=_text(
            """
            Guido van Rossum began Python over the Christmas of 1989, at CWI in
            Amsterdam, and published it in 1991. It has been developed in the open
            ever since, today by a team led by an elected Steering Council.
            """
        ),
        links=(
            _out(
                "A history of the project",
                "https://docs.python.org/3/license.html#history-of-the-software",
            ),
            _out("What changed in each version", "https://docs.python.org/3/whatsnew/"),
        ),
    ),
)

PORTS = TextBlock(
    id="ports",
    title="Information about specific ports",
    paragraphs=_text(
        """
        Which platforms CPython supports, and how firmly, is decided in PEP 11. Beside the
        packages offered here, distributors and volunteers build Python for many more
        systems.
        """
    ),
    links=(
        _out("PEP 11", "https://peps.python.org/pep-0011/", "supported platforms"),
        _out("Linux distributions", "https://repology.org/project/python/versions"),
        _out("Windows", "https://docs.python.org/3/using/windows.html", "ways to install it"),
        _out("macOS", "https://docs.python.org/3/using/mac.html", "ways to install it"),
        _out("Android", "https://docs.python.org/3/using/android.html", "in an app"),
        _out("iOS", "https://docs.python.org/3/using/ios.html", "in an app"),
        _out("WebAssembly", "https://docs.python.org/3/library/intro.html#webassembly-platforms"),
    ),
)

NOTES = (
    TextBlock(
        id="schedules",
        title="Release Schedules",
        paragraphs=_text(
            """
            A new version appears every October. It gets bug fixes for two years, then
            security fixes until five years after its first release. Each version has
            a PEP with its dates.
            """
        ),
        links=(
            _out("Status of Python versions", "https://devguide.python.org/versions/"),
            _out("PEP 602", "https://peps.python.org/pep-0602/", "the yearly release cycle"),
        ),
    ),
    PORTS,
)

PGP = TextBlock(
    id="gpg",
    title="OpenPGP Public Keys",
    paragraphs=_text(
        """
        Files of Python 3.13 and older are signed with the OpenPGP key of who made them:
        the signature is the SIG link beside a file. Import the key, then run the command below
        with your file.

        Since Python 3.14 files are signed with Sigstore alone (PEP 761). Many older
        releases carry a Sigstore bundle too.
        """
    ),
    links=(
        _out("PEP 761", "https://peps.python.org/pep-0761/", "why OpenPGP signatures ended"),
        _out("Sigstore", "https://docs.sigstore.dev/", "how to verify a bundle"),
    ),
    code="gpg --verify Python-3.13.0.tgz.asc Python-3.13.0.tgz",
)


def _key(name: str, used_for: str, fingerprint: str) -> PGPKey:
    groups = " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))
    server = "https://keyserver.ubuntu.com/pks/lookup?op=get&search=0x"
    return PGPKey(name=name, used_for=used_for, href=f"{server}{fingerprint}", fingerprint=groups)


#: Who signed what; the fingerprints are those that distributors verify releases with.
PGP_KEYS = (
    _key(
        "Thomas Wouters",
        "Source files and tags of 3.12 and 3.13",
        "7169605F62C751356D054A26A821E680E5FA6305",
    ),
    _key(
        "Pablo Galindo Salgado",
        "Source files and tags of 3.10 and 3.11",
        "A035C8C19219BA821ECEA86B64E628F8D684696D",
    ),
    _key("Steve Dower", "Windows binaries", "7ED10B6531D7C8E1BC296021FC624643487034E5"),
    _key(
        "Ned Deily",
        "macOS binaries; source files and tags of 3.6 and 3.7",
        "0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D",
    ),
    _key(
        "Łukasz Langa",
        "Source files and tags of 3.8 and 3.9",
        "E3FF2839C048B25C084DEBE9B26995E310250568",
    ),
    _key(
        "Larry Hastings",
        "Source files and tags of 3.4 and 3.5",
        "97FC712E4C024BBEA48A61ED3A5CA953F73C700D",
    ),
    _key(
        "Benjamin Peterson",
        "Source files and tags of 2.7",
        "C01E1CAD5EA2C4F0B8E3571504C367C218ADD4FF",
    ),
)
