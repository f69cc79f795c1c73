"""Names are sorted and found as the collation of Unicode has it, with the ICU library of Node as the judge."""

import json
import random
import subprocess
import unicodedata

from advisor.engine.document.text import search_key, sort_key

NAMES = """
Zürich|Zurich|zurich|Zulu|Øresund|Osram|Oz|Łódź|Lodz|Lyon|Đakovo|Dallas|Ærø|Aero|Afrika|Œuvre|Oeuvre|Straße|Strasse|
Strasser|Tor|Uhr|résumé|resume|Resume|RESUME|Èze|Eze|Ezra|Item 2|Item 10|Item 2a|Item 02|item 1.10|item 1.9|Ångström|
Angst|Aachen|Älg|Alt|ñandú|nandu|nz|Čech|Cech|Cz|Ħamrun|Hamburg|Ελλάδα|Άλφα|Ωμέγα|Яблоко|Ёлка|Елка|ёж|ж|שלום|العربية|
İstanbul|istanbul|Isparta|ﬁnance|finance|Finance|co-op|coop|co op|A & B|A and B|2 invoices|10 invoices|9 invoices|
1,5 of it|côte|coté|cote|côté|Phase IX|Phase 9|Việt|Viet|Ｆｕｌｌ|full|№ 7|No 7|naïve|naive|naives
""".replace("\n", "").split("|")

WORDS = [("Café", "cafe"), ("Łódź", "lodz"), ("Ærø", "aero"), ("ÇA", "ca"), ("Straße", "STRASSE"), ("Ünlü", "unlu"),
         ("Ёлка", "елка"), ("Δείγμα", "δειγμα"), ("ﬁnance", "FINANCE"), ("Ｆｕｌｌ", "full"), ("Øre", "ore"),
         ("wages", "wage"), ("Peña", "pera"), ("Zürich", "Zuerich"), ("año", "anos"), ("2", "3")]  # fmt: skip
"""Pairs of which some are one word to whoever looks for them without accents, and some are not."""


def ask_judge(script: str, given: object) -> object:
    """What a function of the judge gives."""
    program = f"const g = JSON.parse(require('fs').readFileSync(0)); console.log(JSON.stringify(({script})(g)))"
    ran = subprocess.run(["node", "-e", program], input=json.dumps(given), capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def test_names_stand_in_the_order_of_the_judge() -> None:
    """Its sort is stable: where it finds two alike, such as capitals and small letters, ours stay as they are."""
    shuffled = list(NAMES)
    random.Random(8).shuffle(shuffled)
    composed = [unicodedata.normalize(random.Random(name).choice(("NFC", "NFD")), name) for name in shuffled]
    ours = sorted(composed, key=sort_key)
    judge = "n => n.sort(new Intl.Collator('en', {numeric: true, sensitivity: 'accent'}).compare)"
    assert ours == ask_judge(judge, ours)


def test_what_is_one_word_without_accents_to_the_judge_is_found_as_one() -> None:
    judge = (
        "w => w.map(([a, b]) => new Intl.Collator('en', {sensitivity: 'base', usage: 'search'}).compare(a, b) === 0)"
    )
    found = [search_key(one) == search_key(other) for one, other in WORDS]
    assert found == ask_judge(judge, WORDS)
    assert 0 < sum(found) < len(WORDS)
    for one, other in WORDS:
        for form in ("NFC", "NFD"):
            assert search_key(unicodedata.normalize(form, one)) == search_key(one)
            assert search_key(unicodedata.normalize(form, other)) == search_key(other)
