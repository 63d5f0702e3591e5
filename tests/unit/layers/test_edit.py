# SPDX-License-Identifier: GPL-2.0-or-later
"""Edits of a layer's text change what they are asked to, and not a byte else."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from distgen.layers import edit, fragment
from distgen.layers.fragment import Setting

PATH = Path("generic.config")
SYMBOLS = st.sampled_from(["A", "AB", "B", "C", "D", "Z"])
VALUES = st.sampled_from(["y", "m", "n", "0x10", '"text # with"'])
COMMENTS = st.sampled_from(["# why", "#", "# CONFIG_A is not set by us", "# CONFIG_B=y"])
SETTINGS = st.builds(
    lambda symbol, value, reason: Setting(symbol=symbol, value=value, reason=tuple(reason)),
    SYMBOLS,
    VALUES,
    st.lists(COMMENTS, max_size=2),
)
LINES = st.one_of(
    SETTINGS.map(lambda setting: setting.text()),
    COMMENTS,
    st.sampled_from(["", "# SPDX-License-Identifier: GPL-2.0"]),
)
HEADS = st.sampled_from(["", edit.LAYER_HEAD, edit.LAYER_HEAD + "# About\n\n"])
TEXTS = st.builds(
    lambda head, lines, end: head + "\n".join(lines) + end,
    HEADS,
    st.lists(LINES, max_size=12),
    st.sampled_from(["", "\n", "\n\n"]),
)


def settings_of(text: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What a text says: symbol → value and reason."""
    settings = fragment.parse(text, PATH).settings
    return {name: (setting.value, setting.reason) for name, setting in settings.items()}


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came: as few as can be, all others in their order."""
    old, new = before.split("\n"), after.split("\n")
    # kept[i][j]: how many lines old[i:] and new[j:] have in common
    kept = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            same = kept[i + 1][j + 1] + 1 if old[i] == new[j] else 0
            kept[i][j] = max(same, kept[i + 1][j], kept[i][j + 1])
    gone, came, i, j = [], [], 0, 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
        elif j == len(new) or (i < len(old) and kept[i + 1][j] >= kept[i][j + 1]):
            gone.append(old[i])
            i += 1
        else:
            came.append(new[j])
            j += 1
    return gone, came


@given(TEXTS, SETTINGS)
def test_put_says_that_and_nothing_else(text: str, setting: Setting) -> None:
    before, after = settings_of(text), settings_of(edit.put(text, setting))
    kept = before.get(setting.symbol, ("", ()))[1]
    assert after == {**before, setting.symbol: (setting.value, setting.reason or kept)}


@given(TEXTS, SETTINGS)
def test_put_twice_is_put_once(text: str, setting: Setting) -> None:
    once = edit.put(text, setting)
    assert edit.put(once, setting) == once


@given(TEXTS, SETTINGS)
def test_put_changes_no_other_line(text: str, setting: Setting) -> None:
    before = settings_of(text)
    gone, came = changed_lines(text, edit.put(text, setting))
    if setting.symbol in before:
        value, reason = before[setting.symbol]
        old = Setting(symbol=setting.symbol, value=value, reason=reason)
        assert set(gone) <= {*old.reason, old.text()}
        assert set(came) <= {*setting.reason, setting.text()}
    elif before:
        assert gone == []
        assert sorted(came) == sorted([*setting.reason, setting.text()])


@given(TEXTS, SETTINGS)
def test_take_undoes_put(text: str, setting: Setting) -> None:
    """A file without a setting gets its head, and a blank line below it, and keeps them."""
    before = settings_of(text)
    after = edit.take(edit.put(text, setting), setting.symbol)
    if before and setting.symbol not in before:
        assert after == text
    elif not before:
        assert after.strip() == (text or edit.LAYER_HEAD).strip()


SPDX = "# SPDX-License-Identifier: GPL-2.0"


@given(TEXTS, SYMBOLS)
@example(text=f"{SPDX}\nCONFIG_B=y\n{SPDX}\n{SPDX}", symbol="B")
def test_take_takes_that_and_nothing_else(text: str, symbol: str) -> None:
    before = settings_of(text)
    after = edit.take(text, symbol)
    assert settings_of(after) == {name: what for name, what in before.items() if name != symbol}
    assert not any(changed_lines(text, after)[1])
    assert edit.take(after, symbol) == after


@given(TEXTS)
def test_tidy_sorts_and_says_the_same(text: str) -> None:
    tidied = edit.tidy(text)
    symbols = [setting.symbol for setting in fragment.scan(tidied, "")]
    assert symbols == sorted(set(symbols))
    assert settings_of(tidied) == settings_of(text)
    assert edit.tidy(tidied) == tidied
    assert edit.tidy(edit.once(text)) == tidied
    assert settings_of(edit.once(text)) == settings_of(text)
    loose = [line for line in text.split("\n") if not line.startswith(("CONFIG_", "#"))]
    assert [li for li in tidied.split("\n") if not li.startswith(("CONFIG_", "#"))] == loose


@given(TEXTS, SETTINGS)
def test_a_sorted_file_stays_sorted(text: str, setting: Setting) -> None:
    tidied = edit.tidy(text)
    put = edit.put(tidied, setting)
    assert edit.tidy(put) == put


def test_where_a_new_setting_goes() -> None:
    text = f"{edit.LAYER_HEAD}# About\n\n# why\nCONFIG_B=y\n\n# Two\n\nCONFIG_D=y\n"
    put = edit.put(text, Setting(symbol="A", value="n", reason=("# slow",)))
    assert put == text.replace("# why\n", "# slow\n# CONFIG_A is not set\n# why\n")
    put = edit.put(text, Setting(symbol="C", value='"x"'))
    assert put == text.replace("CONFIG_B=y\n", 'CONFIG_B=y\nCONFIG_C="x"\n')
    assert edit.put(text, Setting(symbol="E", value="m")) == text + "CONFIG_E=m\n"
    assert edit.put("", Setting(symbol="E", value="m")) == edit.LAYER_HEAD + "CONFIG_E=m\n"
    spdx = "# SPDX-License-Identifier: GPL-2.0\nCONFIG_B=y\n"
    assert edit.take(spdx, "B") == "# SPDX-License-Identifier: GPL-2.0\n"


@given(TEXTS, st.lists(SETTINGS, max_size=4, unique_by=lambda setting: setting.symbol))
def test_many_at_once_are_one_after_the_other(text: str, settings: list[Setting]) -> None:
    singly = text
    for setting in settings:
        singly = edit.put(singly, setting)
    together = edit.put(text, *settings)
    assert settings_of(together) == settings_of(singly)
    if edit.tidy(text) == text:
        assert together == singly
    symbols = [setting.symbol for setting in settings]
    for symbol in symbols:
        singly = edit.take(singly, symbol)
    assert edit.take(together, *symbols) == singly or edit.tidy(text) != text
