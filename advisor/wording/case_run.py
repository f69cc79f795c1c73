"""How test cases come out, as the home of the draft, its problems, its cases and the command line all say it."""

from dataclasses import dataclass

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from advisor.engine.checks.trial import RuleSetTrial


@dataclass(frozen=True, slots=True)
class CaseRun:
    """How many pass, fail, and cannot run because they look at what is gone.

    ``can_run`` is False where nothing can be tried; ``is_whole`` says that nothing had to be left out.
    """

    passed: int = 0
    failed: int = 0
    left_out: int = 0
    resting: int = 0
    """How many of those that cannot run only name something that has to be mended."""
    can_run: bool = True
    is_whole: bool = True

    @classmethod
    def of(cls, trial: RuleSetTrial | None) -> "CaseRun":
        """Count those of a trial; None stands for rules of which nothing can be tried."""
        if trial is None:
            return cls(can_run=False, is_whole=False)
        failed = sum(not result.passed for result in trial.results)
        left_out, resting = (
            sum(place.startswith("cases/") for place in places)
            for places in (trial.left_out, trial.left_out[trial.wrong :])
        )
        return cls(len(trial.results) - failed, failed, left_out, resting, is_whole=trial.is_whole)

    @property
    def is_done(self) -> bool:
        """Whether every case there is passes, with nothing left out."""
        return self.is_whole and self.passed > 0 and not self.failed

    @property
    def sentence(self) -> str:
        """The same in words, without a full stop."""
        if not self.can_run:
            return str(_("No test case can run before the problems are fixed"))
        failed, passed, left_out = map(format_decimal, (self.failed, self.passed, self.left_out))
        counts = {
            ngettext("%(n)s fails", "%(n)s fail", self.failed, n=failed): self.failed,
            ngettext("%(n)s passes", "%(n)s pass", self.passed, n=passed): self.passed,
            self._left_out(left_out): self.left_out,
        }
        said = ", ".join(words for words, count in counts.items() if count) or str(_("There are no test cases yet"))
        if not self.is_whole and not self.left_out:
            return str(_("%(said)s, tried without what blocks", said=said))
        return said

    def _left_out(self, number: str) -> str:
        words = str(_("%(n)s cannot run before the problems are fixed", n=number))
        if not 0 < self.resting < self.left_out:
            return words
        own, resting = format_decimal(self.left_out - self.resting), format_decimal(self.resting)
        return str(
            _("%(words)s (%(own)s are to be mended, %(n)s name something that is)", words=words, own=own, n=resting)
        )
