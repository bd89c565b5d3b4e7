"""The standing texts of the home page, until staff can edit them."""

from __future__ import annotations

from gateway.pages.highlight import session
from gateway.pages.links import Link
from gateway.pages.models import CodeSample, UseGroup

_TUTORIAL = "https://docs.python.org/3/tutorial/"


def _out(label: str, href: str) -> Link:
    return Link(label=label, href=href, external=True)


INTRO = (
    "Python is a language that gets out of your way: easy to read, quick to write, and at home "
    "everywhere from a first script to a research cluster."
)

INTRO_MORE = _out("Learn more", _TUTORIAL)

SAMPLES = (
    CodeSample(
        id="sample-functions",
        title="Functions That Read Well",
        text="A function is a few lines that read like what they do. Arguments may be named, have "
        "defaults, or come in any number.",
        code=session("""
>>> # Fibonacci numbers below a limit
>>> def fibonacci(limit):
...     a, b = 0, 1
...     while a < limit:
...         yield a
...         a, b = b, a + b
...
>>> print(*fibonacci(100))
0 1 1 2 3 5 8 13 21 34 55 89
"""),
        more=_out("More about functions", f"{_TUTORIAL}controlflow.html#defining-functions"),
    ),
    CodeSample(
        id="sample-lists",
        title="Data at Hand",
        text="Lists, dictionaries and sets are part of the language, and a comprehension makes a "
        "new one from an old one in a line.",
        code=session("""
>>> # What is in season?
>>> fruit = {"apple": 9, "cherry": 6, "plum": 8}
>>> [name.title() for name in fruit]
['Apple', 'Cherry', 'Plum']
>>> min(fruit, key=fruit.get)
'cherry'
"""),
        more=_out("More about lists", f"{_TUTORIAL}introduction.html#lists"),
    ),
    CodeSample(
        id="sample-numbers",
        title="A Calculator and More",
        text="The prompt is a calculator that knows whole numbers of any length, fractions and "
        "statistics.",
        code=session("""
>>> # Divide, or divide and round down
>>> 17 / 3, 17 // 3
(5.666666666666667, 5)
>>> 2 ** 100
1267650600228229401496703205376
>>> from fractions import Fraction
>>> Fraction(1, 3) + Fraction(1, 6)
Fraction(1, 2)
"""),
        more=_out(
            "More about numbers", f"{_TUTORIAL}introduction.html#using-python-as-a-calculator"
        ),
    ),
    CodeSample(
        id="sample-flow",
        title="Data Taken Apart",
        text="Loops walk over anything that has parts, and match takes data apart by its shape.",
        code=session("""
>>> # What happened?
>>> for event in ("key", "a"), ("click", 3, 5):
...     match event:
...         case ("key", name):
...             print(f"pressed {name}")
...         case ("click", x, y):
...             print(f"clicked at {x}, {y}")
...
pressed a
clicked at 3, 5
"""),
        more=_out("More about control flow", f"{_TUTORIAL}controlflow.html"),
    ),
    CodeSample(
        id="sample-files",
        title="Batteries Included",
        text="The standard library brings what daily work needs: files, dates, web requests, "
        "databases and much more.",
        code=session("""
>>> # The words this page likes best
>>> from collections import Counter
>>> text = "simple is better than complex"
>>> Counter(len(word) for word in text.split())
Counter({6: 2, 2: 1, 4: 1, 7: 1})
"""),
        more=_out("A tour of the library", f"{_TUTORIAL}stdlib.html"),
    ),
)

USES = (
    UseGroup(
        title="Web Development",
        links=(
            _out("Django", "https://www.djangoproject.com/"),
            _out("Flask", "https://flask.palletsprojects.com/"),
            _out("FastAPI", "https://fastapi.tiangolo.com/"),
            _out("Litestar", "https://litestar.dev/"),
        ),
    ),
    UseGroup(
        title="GUI Development",
        links=(
            _out("tkinter", "https://docs.python.org/3/library/tkinter.html"),
            _out("PySide", "https://doc.qt.io/qtforpython-6/"),
            _out("Kivy", "https://kivy.org/"),
            _out("BeeWare", "https://beeware.org/"),
        ),
    ),
    UseGroup(
        title="Scientific and Numeric",
        links=(
            _out("NumPy", "https://numpy.org/"),
            _out("SciPy", "https://scipy.org/"),
            _out("pandas", "https://pandas.pydata.org/"),
            _out("Jupyter", "https://jupyter.org/"),
        ),
    ),
    UseGroup(
        title="Software Development",
        links=(
            _out("pytest", "https://pytest.org/"),
            _out("Buildbot", "https://buildbot.net/"),
            _out("Roundup", "https://www.roundup-tracker.org/"),
        ),
    ),
    UseGroup(
        title="System Administration",
        links=(
            _out("Ansible", "https://docs.ansible.com/"),
            _out("Salt", "https://saltproject.io/"),
            _out("Fabric", "https://www.fabfile.org/"),
        ),
    ),
)

PLACES = (
    _out("Python Insider, the blog of the core team", "https://blog.python.org/"),
    _out("Planet Python, blogs of the community", "https://planetpython.org/"),
    _out("Discussions", "https://discuss.python.org/"),
    _out("Python Enhancement Proposals", "https://peps.python.org/"),
    _out("Developer's Guide", "https://devguide.python.org/"),
)

MISSION = (
    "The Python Software Foundation is the charity behind Python: it holds the rights to the "
    "language, pays for the servers that you download it from, and gives grants to people who "
    "bring others to it, all over the world."
)

MISSION_LINKS = (
    _out("Become a member", "https://psfmember.org/"),
    _out("Donate to the PSF", "https://donate.python.org/"),
)
