"""The words of the home page: of blocks without a box, and of those that stand in for one."""

from __future__ import annotations

from gateway.pages.highlight import session
from gateway.pages.landings.blocks import Block, Tile
from gateway.pages.links import Link
from gateway.pages.models import CodeSample

_TUTORIAL = "https://docs.python.org/3/tutorial/"


def _out(label: str, href: str) -> Link:
    return Link(label=label, href=href, external=True)


INTRODUCTION = Block(
    label="homepage-introduction",
    title="Python",
    text="Python is a programming language that is quick to learn, pleasant to read, and at home "
    "everywhere: from a first script to a research cluster.",
    links=(_out("Learn more", _TUTORIAL),),
)

GET_STARTED = Block(
    label="homepage-get-started",
    key="get-started",
    title="Get Started",
    text="New to programming, or to Python? The tutorial begins where you are.",
    links=(_out("Start with the tutorial", _TUTORIAL),),
)

DOCUMENTATION = Block(
    label="homepage-documentation",
    key="docs",
    title="Docs",
    text="The library, the language and how-to guides, for every version.",
    links=(
        _out("Read the docs", "https://docs.python.org/3/"),
        Link(label="By version", href="/doc/versions/"),
    ),
)

JOBS = Block(
    label="homepage-jobs",
    key="jobs",
    title="Jobs",
    text="Who is looking for people that write Python, or for you?",
    links=(Link(label="Job board", href="/jobs/"),),
)

COMMUNITY = Tile(
    key="community",
    title="Community",
    text="Ask, help, and follow how the language is made.",
    links=(
        Link(label="Meet the community", href="/community/"),
        _out("Join the talk", "https://discuss.python.org/"),
    ),
)

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

USES = Block(
    label="widget-use-python-for",
    key="uses",
    title="Use Python for…",
    text="Websites, desktop programs, science, software development and administration.",
    links=(
        _out("Django", "https://www.djangoproject.com/"),
        _out("tkinter", "https://docs.python.org/3/library/tkinter.html"),
        _out("NumPy", "https://numpy.org/"),
        _out("pytest", "https://docs.pytest.org/"),
        _out("Ansible", "https://docs.ansible.com/"),
    ),
)

PLACES = (
    _out("Python Insider, the blog of the core team", "https://blog.python.org/"),
    _out("Planet Python, blogs of the community", "https://planetpython.org/"),
    _out("Discussions", "https://discuss.python.org/"),
    _out("Python Enhancement Proposals", "https://peps.python.org/"),
    _out("Developer's Guide", "https://devguide.python.org/"),
)
