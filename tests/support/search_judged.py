"""Questions that people bring to the search, and where the answer is.

Each has the addresses of which one has to be among the first three results, on the data of the
seed.
"""

from __future__ import annotations

from typing import Final

DOCS: Final = "https://docs.python.org/3/"
PEPS: Final = "https://peps.python.org/"

#: Of all questions, so many have to be answered among the first `FIRST` results.
SHARE: Final = 0.9
FIRST: Final = 3


def _docs(*paths: str) -> tuple[str, ...]:
    return tuple(DOCS + path for path in paths)


def _peps(*numbers: int) -> tuple[str, ...]:
    return tuple(f"{PEPS}pep-{number:04}/" for number in numbers)


def _release(*slugs: str) -> tuple[str, ...]:
    return tuple(f"/downloads/release/python-{slug}/" for slug in slugs)


JUDGED: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    # What most people come for
    ("download", ("/downloads/",)),
    ("download python", ("/downloads/",)),
    ("python download", ("/downloads/",)),
    ("latest version", ("/downloads/",)),
    ("download windows", ("/downloads/windows/",)),
    ("python for windows", ("/downloads/windows/",)),
    ("windows installer", ("/downloads/windows/",)),
    ("install python on windows 11", ("/downloads/windows/", *_docs("using/windows.html"))),
    ("mac", ("/downloads/macos/",)),
    ("download macos", ("/downloads/macos/",)),
    ("osx installer", ("/downloads/macos/",)),
    ("source code", ("/downloads/source/",)),
    ("tarball", ("/downloads/source/",)),
    ("android", ("/downloads/android/",)),
    ("iphone", (*_docs("using/ios.html"), *_peps(730), "/downloads/ios/")),
    ("how to install python", _docs("using/index.html")),
    ("linux install", _docs("using/unix.html")),
    ("docs", ("/doc/", *_docs(""))),
    ("old documentation", ("/doc/versions/",)),
    ("api", ("/api/docs/",)),
    ("become a psf member", ("/membership/",)),
    ("sign up", ("/accounts/signup/",)),
    ("python software foundation", ("/psf-landing/", "/psf/")),
    ("community", ("/community/",)),
    ("online interpreter", ("/shell/",)),
    ("verify signature", ("/downloads/metadata/sigstore/", *_peps(761))),
    ("donate to the psf", ("/psf/donations/", "/psf-landing/", "/psf/donations/2014-q2-drive/")),
    ("diversity", ("/community/diversity/",)),
    ("mailing lists", ("/community/lists/",)),
    ("help", ("/about/help/",)),
    ("getting started", ("/about/gettingstarted/",)),
    ("quotes about python", ("/about/quotes/",)),
    ("trademark", ("/psf/trademarks/", "/psf/trademarks-faq/", "/community/logos/")),
    ("logo", ("/community/logos/",)),
    ("grants", ("/psf/grants/",)),
    # Versions
    ("3.14.1", _release("3141")),
    ("python 3.14.1", _release("3141")),
    ("python3.12.4", _release("3124")),
    ("3.14", _release("3148")),
    ("Python 3.13", _release("31316")),
    ("v3.15.0", _release("3150")),
    ("3.15.0rc2", _release("3150rc2")),
    ("2.7.18", _release("2718")),
    ("python 2.7", _release("2718")),
    ("python 3", ("/downloads/", *_release("3150"))),
    ("what's new in 3.14", _docs("whatsnew/3.14.html")),
    ("3.13 release schedule", _peps(719)),
    ("3.8 end of life", (*_peps(569), *_release("3820", "380"))),
    # The language and its library
    ("asyncio", _docs("library/asyncio.html")),
    ("list comprehension", _docs("tutorial/datastructures.html")),
    ("f-strings", _peps(498)),
    ("f string formatting", (*_peps(498, 701), *_docs("tutorial/inputoutput.html"))),
    ("regular expressions", _docs("library/re.html", "howto/regex.html")),
    ("regex", _docs("library/re.html")),
    ("for loop", _docs("tutorial/controlflow.html")),
    ("read csv file", _docs("library/csv.html")),
    ("virtual environment", _docs("library/venv.html", "tutorial/venv.html")),
    ("virtualenv", _docs("library/venv.html", "tutorial/venv.html")),
    ("tutorial", _docs("tutorial/index.html")),
    ("tutorial for beginners", _docs("tutorial/index.html")),
    ("pip install", _docs("installing/index.html")),
    ("type hints", (*_docs("library/typing.html"), *_peps(484))),
    ("dataclass", (*_docs("library/dataclasses.html"), *_peps(557))),
    ("decorators", _peps(318, 614, 698)),
    ("match case", (*_peps(636), *_docs("tutorial/controlflow.html"))),
    ("global interpreter lock", _peps(703)),
    ("sort a list", _docs("howto/sorting.html")),
    ("json", _docs("library/json.html")),
    ("sqlite database", _docs("library/sqlite3.html")),
    ("command line arguments", _docs("library/argparse.html")),
    ("date and time", _docs("library/datetime.html")),
    ("tkinter gui", _docs("library/tkinter.html")),
    ("license", _docs("license.html")),
    ("report a bug", _docs("bugs.html")),
    ("faq", _docs("faq/index.html")),
    ("c++ extension", _docs("extending/index.html")),
    ("multithreading", _docs("library/threading.html")),
    # PEPs
    ("pep 8", _peps(8)),
    ("pep8", _peps(8)),
    ("PEP-0020", _peps(20)),
    ("zen of python", _peps(20)),
    ("style guide", _peps(8)),
    ("walrus operator", _peps(572)),
    ("release cycle", _peps(602)),
    ("steering council", _peps(13, 8016)),
    ("t-strings", _peps(750)),
    # Slips of the finger
    ("donwload", ("/downloads/",)),
    ("pyhton 3.14", _release("3148")),
    ("downlaod pyton windows", ("/downloads/windows/",)),
    ("windwos", ("/downloads/windows/",)),
    ("macoss", ("/downloads/macos/",)),
    ("tutorail", _docs("tutorial/index.html")),
    ("documantation", ("/doc/", *_docs(""))),
    ("dictionery", _docs("tutorial/datastructures.html", "library/stdtypes.html")),
    ("asnycio", _docs("library/asyncio.html")),
    ("regulr expresion", _docs("library/re.html", "howto/regex.html")),
    ("virtual enviroment", _docs("library/venv.html", "tutorial/venv.html")),
    ("exeption handling", _docs("tutorial/errors.html")),
    ("licence", _docs("license.html")),
)
