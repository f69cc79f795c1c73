"""A rule set as a workbook that is pleasant to edit, and that reading turns back into exactly the same rule set."""

from advisor.exchange.rule_workbook.read import read_workbook_rules
from advisor.exchange.rule_workbook.write import write_rules

__all__ = ["read_workbook_rules", "write_rules"]
