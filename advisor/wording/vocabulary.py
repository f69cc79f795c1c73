"""The product's fixed words for people: outcomes, sides and how clear an advice is."""

from flask_babel import lazy_gettext as _l

from advisor.engine.model.vocabulary import Kind, Outcome, Side, Strength

SIDES = {Side.BPO: _l("BPO"), Side.KPO: _l("KPO"), Side.KEEP: _l("keeping it in-house")}

KINDS = {
    Kind.BPO: _l("BPO"),
    Kind.KPO: _l("KPO"),
    Kind.BOTH: _l("both, BPO for one part of it and KPO for another"),
    Kind.UNCLEAR: _l("we can't say yet"),
}

CONTENTS = {
    Kind.BPO: _l("routine work"),
    Kind.KPO: _l("expert work"),
    Kind.BOTH: _l("routine and expert work together"),
}

STRENGTHS = {Strength.CLEAR: _l("Clear"), Strength.SLIGHT: _l("Slight lean"), Strength.BALANCED: _l("Balanced")}

VERDICTS = {
    Outcome.BPO: _l("BPO suits this process"),
    Outcome.KPO: _l("KPO suits this process"),
    Outcome.BOTH: _l("Both: BPO for one part of this process, KPO for another"),
    Outcome.KEEP: _l("Keep this process in-house for now"),
    Outcome.UNCLEAR: _l("We can't say yet"),
}

PARTLY = {
    Outcome.BPO: _l("BPO suits the parts that can leave"),
    Outcome.KPO: _l("KPO suits the parts that can leave"),
    Outcome.BOTH: _l("Both: BPO and KPO for the parts that can leave"),
}

BOTH_WITHIN = {
    frozenset({Outcome.BOTH}): _l("Both: each part holds BPO and KPO work"),
    frozenset({Outcome.BOTH, Outcome.BPO}): _l(
        "Both: BPO for one part of this process, BPO and KPO together for another"
    ),
    frozenset({Outcome.BOTH, Outcome.KPO}): _l(
        "Both: KPO for one part of this process, BPO and KPO together for another"
    ),
}
"""How "both" is said by the advice on the parts, where not every part is one or the other."""

PART_VERDICTS = {
    Outcome.BPO: _l("BPO suits this part"),
    Outcome.KPO: _l("KPO suits this part"),
    Outcome.BOTH: _l("This part holds BPO and KPO work"),
    Outcome.KEEP: _l("Keep this part in-house for now"),
    Outcome.UNCLEAR: _l("We can't say yet"),
}

ADVICES = {
    Outcome.BPO: _l("BPO"),
    Outcome.KPO: _l("KPO"),
    Outcome.BOTH: _l("Both"),
    Outcome.KEEP: _l("Keep in-house for now"),
    Outcome.UNCLEAR: _l("We can't say yet"),
}

DECISIONS = {
    "bpo": _l("Hand it to a BPO"),
    "kpo": _l("Hand it to a KPO"),
    "both": _l("Split it between a BPO and a KPO"),
    "keep": _l("Keep it in-house"),
    "later": _l("Wait, and look at it again"),
    "other": _l("Something else"),
}
"""What an owner can say they decided."""
