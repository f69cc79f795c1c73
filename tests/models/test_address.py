"""S11c: the one spelling of an address."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.models.accounts.address import (
    NotAnAddress,
    canonical_email,
    domain_in_letters,
    is_address,
    letters_beyond_ascii,
    parse_address,
)

CHARACTERS = st.sampled_from("aAkKsSi.-+'@ßſKıé\u0301\u0331ﬁｏ\u200b\u200dсΩ。·佐ーx\u0000 =?") | st.characters()


@pytest.mark.parametrize(
    ("typed", "spelling"),
    [
        (" Olga@Example.ORG ", "olga@example.org"),
        ("O'Brien+Jobs@x.example.org", "o'brien+jobs@x.example.org"),
        ("a..b@example.org", "a..b@example.org"),
        ("info@straße.de", "info@xn--strae-oqa.de"),
        ("info@STRASSE.de", "info@strasse.de"),
        ("info@bücher.de", "info@xn--bcher-kva.de"),
        ("info@XN--BCHER-KVA.de", "info@xn--bcher-kva.de"),
        ("info@bu\u0308cher.de", "info@xn--bcher-kva.de"),
        ("info@paral·lel.cat", "info@xn--parallel-koa.cat"),
        ("rene\u0301@example.org", "rené@example.org"),
        ("weiß@example.org", "weiß@example.org"),
        ("佐々木@example.org", "佐々木@example.org"),
        ("почта@example.org", "почта@example.org"),
    ],
)
def test_s11c_an_address_has_one_spelling(typed: str, spelling: str) -> None:
    assert parse_address(typed) == spelling
    assert canonical_email(typed) == spelling
    assert is_address(spelling)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ſarah@example.org", "LATIN SMALL LETTER LONG S"),
        ("\u212aate@example.org", "KELVIN SIGN"),
        ("ﬁona@example.org", "LATIN SMALL LIGATURE FI"),
        ("ｏlga@example.org", "FULLWIDTH LATIN SMALL LETTER O"),
        ("ol\u200bga@example.org", "ZERO WIDTH SPACE"),
        ("ol\u200dga@example.org", "ZERO WIDTH JOINER"),
        ("ol\u1160ga@example.org", "HANGUL JUNGSEONG FILLER"),
        ("ol\ufe0fga@example.org", "VARIATION SELECTOR-16"),
        ("olga\u202e@example.org", "RIGHT-TO-LEFT OVERRIDE"),
        ("olga@\u212aran.example.org", "KELVIN SIGN"),
        ("olga@ſtadt.example.org", "LATIN SMALL LETTER LONG S"),
        ("olga@example。org", "IDEOGRAPHIC FULL STOP"),
        ("оlga@example.org", "mixes Cyrillic and Latin letters"),
        ("olgα@example.org", "mixes Greek and Latin letters"),
        ("Édith@example.org", "Write it small, as “é”"),
        ("E\u0301dith@example.org", "Write it small, as “é”"),
        ("olga@Übung.example.org", "Write it small, as “ü”"),
        ("\u0301a@example.org", "belongs on a letter"),
        ("=?utf-8?q?rita=40example.org?=@example.org", "name@example.org"),
        ("olga@example.org.", "no domain"),
        ("olga@example", "no domain"),
        ("olga@exa_mple.org", "no domain"),
        ("olga@ab--cd.example.org", "no domain"),
        ("olga@xn--strasse-.de", "no domain"),
        ("olga@☃.example.org", "SNOWMAN"),
        ("ol\0ga@example.org", "characters that cannot be stored"),
        ("ol\ud800ga@example.org", "characters that cannot be stored"),
        ("x" * 65 + "@example.org", "more than 64"),
        ("ü" * 33 + "@example.org", "more than 64"),
        ("olga@" + "a." * 125 + "org", "at most 254"),
        ("olga@rita@example.org", "name@example.org"),
        ("Olga <olga@example.org>", "name@example.org"),
        ("olga@example.org,rita@example.org", "name@example.org"),
        ('"olga"@example.org', "name@example.org"),
        ("", "name@example.org"),
    ],
)
def test_s11c_what_is_no_address_or_could_be_taken_for_another_is_refused(typed: str, words: str) -> None:
    with pytest.raises(NotAnAddress, match=words):
        parse_address(typed)
    assert not is_address(canonical_email(typed)), "nothing that is stored is equal to it"


@given(st.text(CHARACTERS, max_size=12), st.text(CHARACTERS, max_size=12))
def test_s11c_a_spelling_is_its_own_spelling_and_folds_only_a_to_z(local: str, domain: str) -> None:
    typed = f"{local}@{domain}.example.org"
    spelling = canonical_email(typed)
    assert canonical_email(spelling) == spelling
    if not is_address(spelling):
        return
    assert spelling.rpartition("@")[2].isascii()
    folded = unicodedata.normalize("NFC", typed.strip())
    both = zip(spelling.rpartition("@")[0], folded, strict=False)
    assert all(one == other or one == other.lower() for one, other in both)


def test_s11c_no_character_that_anything_folds_to_ascii_is_taken_for_it() -> None:
    """Every letter of Unicode (beyond these planes are ideographs): in any case, folding or compatibility form."""
    tried = 0
    for character in map(chr, range(128, 0x20000)):
        forms = (character.casefold(), character.lower(), character.upper(), unicodedata.normalize("NFKC", character))
        folded = {unicodedata.normalize("NFKD", form) for form in forms}
        if "\ud800" <= character <= "\udfff" or not any(form[:1].isascii() for form in folded if form):
            continue
        tried += 1
        for typed in (f"o{character}a@example.org", f"o@e{character}a.example.org", f"o@example{character}org"):
            local, _at, domain = canonical_email(typed).rpartition("@")
            assert (
                not local.isascii() or not domain.isascii() or "xn--" in domain or not is_address(f"{local}@{domain}")
            )
    assert tried > 2_000


def test_what_looks_alike_is_named_and_a_domain_is_told_in_letters() -> None:
    assert letters_beyond_ascii("olga@example.org") == []
    assert letters_beyond_ascii("сос@example.org") == [
        "“с” (CYRILLIC SMALL LETTER ES)",
        "“о” (CYRILLIC SMALL LETTER O)",
    ]
    assert domain_in_letters("info@xn--strae-oqa.de") == "straße.de"
    assert domain_in_letters("info@strasse.de") == ""
