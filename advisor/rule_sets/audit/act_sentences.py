"""Acts of the record in sentences: what an act on the draft did, by the items that it changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.document.document import NoSuchItem, field_from_plain, item_from_plain, kind_of
from advisor.engine.document.edit import place_parts
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.rules import Push, RuleSet
from advisor.models import AuditEvent
from advisor.models.rule_sets.planned_version import FROM_WORKER, OF_PLANS
from advisor.rule_sets.editor.inputs.field_text import field_words
from advisor.wording.acts import ACT_PHRASES, act_sentence, number_of_items
from advisor.wording.items import item_name, noun_of, short_text
from advisor.wording.rule_set_vocabulary import FIELDS

_PUBLISHED = frozenset({"rules published", "rules brought back"})
"""The kinds of the acts that put a version in force."""

_PUT_BACK = frozenset({"draft taken back", "draft put back"})
"""The kinds of the acts that give the draft back what it had, or the version in force has."""

_LONGEST = 60
"""Characters of a value that stands in a sentence; the entry itself shows longer ones word by word."""


@dataclass(frozen=True, slots=True)
class PlainItemChange:
    """What an act did to one item: "added", "changed", "removed" or "moved".

    ``old`` and ``new`` are plain values as the record keeps them: the fields that differ, or the whole item; where it
    moved its places, from 1.
    """

    place: str
    happened: str
    old: Any = None
    new: Any = None
    from_place: int = 0
    to_place: int = 0


def changes_of(event: AuditEvent) -> list[PlainItemChange]:
    """What an act on the draft did, item by item, the one that it was done to first; as far as the record tells."""
    before, after = (value if isinstance(value, Mapping) else {} for value in (event.before, event.after))
    if event.changes is not None and not any("/" in place for place in (*before, *after)):
        found = [_stored_change(change) for change in event.changes]
    else:
        places = [place for place in dict.fromkeys((*before, *after)) if "/" in place]
        found = [_plain_change(place, before.get(place), after.get(place)) for place in places]
    first = {event.what, *_new_places(found, event.what)}
    return sorted(_with_renames(found), key=lambda change: change.place not in first)


def _new_places(changes: Sequence[PlainItemChange], what: str) -> list[str]:
    """Where the item stands now that an act gave another key."""
    collection, _key = place_parts(what)
    if not any(change.place == what and change.happened == "removed" for change in changes):
        return []
    return [c.place for c in changes if c.happened == "added" and place_parts(c.place)[0] == collection]


def _with_renames(changes: Sequence[PlainItemChange]) -> list[PlainItemChange]:
    """Where an act took one item of a list out and put one in, that is one item under another key."""
    found = list(changes)
    for collection in {place_parts(change.place)[0] for change in changes}:
        here = [change for change in changes if place_parts(change.place)[0] == collection]
        gone = [change for change in here if change.happened == "removed"]
        came = [change for change in here if change.happened == "added"]
        if len(gone) != 1 or len(came) != 1 or not isinstance(gone[0].old, Mapping):
            continue
        old, new = gone[0].old, came[0].new
        names = [name for name in {**old, **new} if name != "options" and old.get(name) != new.get(name)]
        before, after = ({name: plain.get(name) for name in names} for plain in (old, new))
        found = [change for change in found if change not in (gone[0], came[0])]
        found.insert(0, PlainItemChange(came[0].place, "changed", before, after))
    return found


def asker_of(event: AuditEvent) -> UUID | None:
    """The account that asked for the version that this act published, where that is not who did it."""
    told = event.before.get("asked by") if isinstance(event.before, Mapping) else None
    return UUID(told) if told and event.kind in _PUBLISHED else None


def sentence_of_act(rules: RuleSet, event: AuditEvent, by: str, what: str, *earlier: RuleSet, asker: str = "") -> str:
    """An entry of the record as a sentence: Ben changed “Points” of the rule “…” from 4 to 2.

    ``rules`` are those of the draft, ``earlier`` those in which an item is looked for that they do not have; ``what``
    is what the act was done to, as people call it, and ``asker`` who asked for it, as ``asker_of`` has it.
    """
    if event.kind in _PUBLISHED and event.from_where == FROM_WORKER:
        return act_sentence(by, _("had planned version %(n)s, which came into force", n=event.version))
    if event.kind in OF_PLANS and event.version:
        copied = event.what != "draft"
        number = _("version %(n)s, a copy of %(what)s", n=event.version, what=what) if copied else ""
        what = str(number or _("version %(n)s", n=event.version))
    if phrase := ACT_PHRASES.get(event.kind):
        did = str(phrase) % {"what": what, "version": event.version}
        return act_sentence(by, _("%(did)s, which %(who)s had asked for", did=did, who=asker) if asker else did)
    return act_sentence(by, _phrase(rules, event, earlier) or event.kind)


def _phrase(rules: RuleSet, event: AuditEvent, earlier: Sequence[RuleSet]) -> str:
    changes = changes_of(event)
    if not changes:
        return ""
    first, rest = changes[0], changes[1:]
    if place_parts(first.place)[0] != place_parts(event.what)[0] and rest:
        return _in_list(_count_words(changes))
    told = _change_sentence(rules, first, earlier)
    if event.kind in _PUT_BACK:
        told = _return_sentence(rules, first, earlier)
    return str(_("%(told)s, and with it %(more)s", told=told, more=_in_list(_count_words(rest)))) if rest else told


def _change_sentence(rules: RuleSet, change: PlainItemChange, earlier: Sequence[RuleSet]) -> str:
    item = _noun_and_name(rules, change, earlier)
    match change.happened:
        case "added" if isinstance(change.new, Mapping) and change.new.get("options"):
            answers = ngettext("%(num)d answer", "%(num)d answers", len(change.new["options"]))
            return str(_("added the %(item)s with %(answers)s", item=item, answers=answers))
        case "moved":
            return str(
                _(
                    "moved the %(item)s from place %(old)s to place %(new)s",
                    item=item,
                    old=change.from_place,
                    new=change.to_place,
                )
            )
        case "changed" if isinstance(change.new, Mapping):
            return _field_sentence(rules, change, item)
        case "added":
            return str(_("added the %(item)s", item=item))
        case "removed":
            return str(_("removed the %(item)s", item=item))
    return str(_("changed the %(item)s", item=item))


def _return_sentence(rules: RuleSet, change: PlainItemChange, earlier: Sequence[RuleSet]) -> str:
    """The same of an act that gave an item back the state that it had before."""
    item = _noun_and_name(rules, change, earlier)
    match change.happened:
        case "added":
            return str(_("put back the %(item)s", item=item))
        case "removed":
            return str(_("took out the %(item)s again", item=item))
        case "moved":
            return str(_("moved the %(item)s back to place %(place)s", item=item, place=change.to_place))
        case "changed" if isinstance(change.new, Mapping):
            return _field_sentence(rules, change, item, is_back=True)
    return str(_("put back the %(item)s as it was", item=item))


def _field_sentence(rules: RuleSet, change: PlainItemChange, item: str, *, is_back: bool = False) -> str:
    names = [name for name in change.new if name in FIELDS]
    if len(names) == 1:
        old, new = _values(rules, change, names[0])
        if old and new and max(len(old), len(new)) <= _LONGEST and "\n" not in old + new:
            words = {"field": FIELDS[names[0]], "item": item, "old": old, "new": new}
            if is_back:
                return str(_("put back “%(field)s” of the %(item)s from %(old)s to %(new)s", **words))
            return str(_("changed “%(field)s” of the %(item)s from %(old)s to %(new)s", **words))
    fields = _in_list([f"“{FIELDS[name]}”" for name in names])
    if is_back:
        return str(_("put back %(fields)s of the %(item)s", fields=fields, item=item))
    return str(_("changed %(fields)s of the %(item)s", fields=fields, item=item))


def _noun_and_name(rules: RuleSet, change: PlainItemChange, earlier: Sequence[RuleSet]) -> str:
    """The noun of an item and what it says: of one that came or went, what it said then."""
    collection, key = place_parts(change.place)
    whole = change.new if change.happened == "added" else change.old if change.happened == "removed" else None
    name = ""
    if whole is not None:
        try:
            name = short_text(rules, whole if isinstance(whole, str) else item_from_plain(kind_of(collection), whole))
        except (RuleSetError, NoSuchItem):  # told by a release whose items had other fields
            name = ""
    name = name or item_name(rules, collection, key, *earlier)
    return str(_("%(noun)s “%(name)s”", noun=noun_of(collection), name=name))


def _values(rules: RuleSet, change: PlainItemChange, name: str) -> tuple[str, str]:
    """A field before and after as people read it; of points for the same side, only how many."""
    collection, _key = place_parts(change.place)
    try:
        old, new = (field_from_plain(kind_of(collection), name, plain[name]) for plain in (change.old, change.new))
    except (RuleSetError, NoSuchItem, KeyError):  # told by a release whose items had other fields
        return "", ""
    if isinstance(old, Push) and isinstance(new, Push) and old.side == new.side:
        return str(old.points), str(new.points)
    first, second = (field_words(rules, name, value) for value in (old, new))
    return (f"“{first}”" if first else "", f"“{second}”" if second else "")


def _count_words(changes: Sequence[PlainItemChange]) -> list[str]:
    """How many items of each kind were added, changed, removed and moved: "changed 18 test cases"."""
    counts = Counter((change.happened, place_parts(change.place)[0]) for change in changes)
    return [_count(happened, collection, number) for (happened, collection), number in counts.items()]


def _count(happened: str, collection: str, number: int) -> str:
    items = number_of_items(collection, number)
    match happened:
        case "added":
            return str(_("added %(items)s", items=items))
        case "removed":
            return str(_("removed %(items)s", items=items))
        case "moved":
            return str(_("moved %(items)s", items=items))
    return str(_("changed %(items)s", items=items))


def _in_list(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return str(_("%(some)s and %(last)s", some=", ".join(words[:-1]), last=words[-1]))


def _stored_change(change: Mapping[str, Any]) -> PlainItemChange:
    places = (int(change.get("old_at", -1)) + 1, int(change.get("new_at", -1)) + 1)
    return PlainItemChange(change["place"], change["happened"], change.get("old"), change.get("new"), *places)


def _plain_change(place: str, old: Any, new: Any) -> PlainItemChange:
    if isinstance(old, int) and isinstance(new, int):
        return PlainItemChange(place, "moved", from_place=old, to_place=new)
    happened = "added" if old is None else "removed" if new is None else "changed"
    return PlainItemChange(place, happened, old, new)
