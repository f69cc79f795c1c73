"""The small rule set with two risks, for pages that tell them."""

from dataclasses import replace

from advisor.engine.model.evidence import Grade, Risk
from advisor.engine.model.questions import Condition
from advisor.engine.model.rules import RuleSet

SCRIPTED = "Thinking is squeezed into steps"
LEAKS = "A secret gets out"


def with_risks(rule_set: RuleSet) -> RuleSet:
    """The same rules with a risk of fixed steps, which secrets rule out, and one of secrets or many cases."""
    scripted = Risk(
        key="scripted",
        title=SCRIPTED,
        happens="Cases that no step covers come back.",
        shows=((Condition("steps", "any_of", ("set", "some")),),),
        actions=("Mark the odd cases.", "Settle who decides them."),
        grade=Grade.FIRM,
        sources=("S.1",),
        more=((Condition("touches", "includes_any", ("names",)),),),
        unless=((Condition("touches", "includes_any", ("secret",)),),),
    )
    leaks = Risk(
        key="leaks",
        title=LEAKS,
        happens="Rivals learn it.",
        shows=((Condition("touches", "includes_any", ("secret",)),), (Condition("cases", "at_least", (4000,)),)),
        actions=("Ask who may see it.",),
        grade=Grade.THIN,
        sources=("G.1",),
    )
    return replace(rule_set, risks=(scripted, leaks))
