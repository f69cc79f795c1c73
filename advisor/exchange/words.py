"""The fixed words of texts that are read in a terminal."""

from advisor.engine.model.vocabulary import Outcome

OUTCOMES = {
    Outcome.BPO: "BPO",
    Outcome.KPO: "KPO",
    Outcome.BOTH: "both",
    Outcome.KEEP: "keep in-house",
    Outcome.UNCLEAR: "unclear",
}
