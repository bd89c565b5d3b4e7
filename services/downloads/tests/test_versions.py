"""What the name of a release says: number, series, order, slugs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from downloads.versions import file_slug, parse
from servicekit.slugs import slugify

numbers = st.builds(
    lambda parts, phase: ".".join(map(str, parts)) + phase,
    st.lists(st.integers(0, 999), min_size=1, max_size=4),
    st.one_of(
        st.just(""),
        st.builds(lambda p, n: f"{p}{n}", st.sampled_from(["a", "b", "rc"]), st.integers(0, 99)),
    ),
)


@pytest.mark.parametrize(
    ("name", "number", "series"),
    [
        ("Python 3.15.0b1", "3.15.0b1", "3.15"),
        ("Python 3.15.0rc2", "3.15.0rc2", "3.15"),
        ("Python 3.15.0", "3.15.0", "3.15"),
        ("Python 3.12.10", "3.12.10", "3.12"),
        ("Python 2.7", "2.7", "2.7"),
        ("Python 3", "3", ""),
        ("Python 3.3.0c1", "3.3.0rc1", "3.3"),
        ("Python 3.14.0 with notes behind", "3.14.0", "3.14"),
    ],
)
def test_number_and_series(name: str, number: str, series: str) -> None:
    assert (parse(name).number, parse(name).series) == (number, series)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Python",
        "Python3.14.0",
        "Python  3.14.0",
        "python 3.14.0",
        "CPython 3.14.0",
        "Python v3.14.0",
        "Python 3.14.",
        "Python 3.14.0x",
        "Python 3.14.0b",
        "Python 9999999999.1",
        "Python install manager 25.0",
    ],
)
def test_a_name_without_a_version(name: str) -> None:
    assert (parse(name).number, parse(name).series) == ("", "")


@given(numbers, numbers)
def test_order_is_that_of_versions(left: str, right: str) -> None:
    keys = parse(f"Python {left}").key, parse(f"Python {right}").key
    assert (keys[0] < keys[1]) == (Version(left) < Version(right))
    assert (keys[0] == keys[1]) == (Version(left) == Version(right))


@given(st.text(max_size=300))
def test_no_name_is_too_odd(text: str) -> None:
    for name in (text, f"Python {text}", f"Python 3.{text}"):
        parsed = parse(name)
        assert bool(parsed.key) or not parsed.number
        assert all(-(2**31) <= part < 2**31 for part in parsed.key)


def test_install_managers_are_below_pythons_and_among_themselves_by_number() -> None:
    names = ["Python install manager 25.0", "Python install manager 26.1", "Python 2.0"]
    assert [parse(name).key for name in names] == sorted(parse(name).key for name in names)


@pytest.mark.parametrize(
    ("release", "file", "slug"),
    [
        ("Python 3.14.0", "Windows installer (64-bit)", "3140-Windows-installer-64-bit"),
        ("Python 3.14.0rc2", "Test artifact", "3140-rc2-Test-artifact"),
        ("Python 3.12.15", "macOS installer", "31215-macOS-installer"),
        ("Python 3.14.0", "x" * 60, "3140-" + "x" * 40),
        ("Python install manager 25.0", "MSIX package", "pymanager-250-MSIX-package"),
    ],
)
def test_slugs_of_files_are_those_of_the_release_tools(release: str, file: str, slug: str) -> None:
    assert file_slug(release, "pymanager-250", file) == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Python 3.14.0", "python-3140"),
        ("Python 3.15.0b1", "python-3150b1"),
        ("Python install manager 25.0", "python-install-manager-250"),
        ("  Größe -- und  Maß ", "groe-und-ma"),
        ("日本語", ""),
        ("macOS", "macos"),
    ],
)
def test_slugs_of_names(text: str, slug: str) -> None:
    assert slugify(text) == slug


@pytest.mark.parametrize("name", ["Python {3}.{1}", "Python 3.{1}", "Python install manager {2}"])
def test_digits_of_other_scripts_are_no_version(name: str) -> None:
    arabic = {str(digit): chr(0x660 + digit) for digit in range(10)}
    for digit, other in arabic.items():
        name = name.replace("{" + digit + "}", other)
    assert parse(name).number in {"", "3"}
