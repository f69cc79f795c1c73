"""The way back to what an admin opened last, on whichever machine."""

import json

from advisor import starter
from advisor.models import Account, Database
from tests.rule_sets.admins import DRAFT, Admin
from tests.visiting import text_of

RULES = starter.rule_set()


def recent(admin: Admin, path: str = "/admin/rules") -> list[str]:
    """The addresses under that heading."""
    heading = next((one for one in admin.open(path).select("main :is(h2, h3)") if "opened last" in text_of(one)), None)
    return [str(link["href"]) for link in admin.page.select("main :is(h2, h3) + ul.recent a")] if heading else []


def test_what_was_opened_or_changed_stands_on_the_home_of_the_draft_and_where_one_searches(admin: Admin) -> None:
    admin.start()
    assert recent(admin) == []
    admin.open(f"{DRAFT}/questions/edge")
    admin.open(f"{DRAFT}/questions/edge/answers/vital")
    admin.edit("rules/edge-vital", because="Said otherwise.")
    admin.open(f"{DRAFT}/questions/edge")
    wanted = [f"{DRAFT}/questions/edge", f"{DRAFT}/rules/edge-vital", f"{DRAFT}/questions/edge/answers/vital"]
    assert recent(admin) == recent(admin, "/admin/rules/search") == wanted
    assert "Said otherwise" in admin.text, "named by its sentence as it is now"


def test_it_is_each_admins_own_and_kept_with_the_account(admin: Admin, other_admin: Admin, database: Database) -> None:
    admin.start().open(f"{DRAFT}/rules/edge-vital")
    assert recent(other_admin) == []
    with database.read() as session:
        account = session.get(Account, admin.account_id)
        assert account is not None
        assert account.recent_items == [["rules", "edge-vital"]]


def test_ten_are_kept(admin: Admin) -> None:
    admin.start()
    for rule in RULES.rules[:12]:
        admin.open(f"{DRAFT}/rules/{rule.key}")
    assert recent(admin) == [f"{DRAFT}/rules/{rule.key}" for rule in reversed(RULES.rules[2:12])]


def test_what_was_removed_since_is_no_dead_link_and_a_row_that_moved_is_found(admin: Admin) -> None:
    admin.start()
    admin.open(f"{DRAFT}/kind/1")
    admin.open(f"{DRAFT}/rules/edge-vital")
    admin.open(f"{DRAFT}/rules/edge-vital/remove")
    admin.submit()
    assert recent(admin) == [f"{DRAFT}/kind/1"]
    admin.open(f"{DRAFT}/kind/0/remove")
    admin.submit()
    assert recent(admin) == [f"{DRAFT}/kind/0"]
    for address in recent(admin):
        assert admin.client.get(address).status_code == 200


def test_the_file_of_ones_data_names_them(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/rules/edge-vital")
    admin.open("/account")
    [form] = [one for one in admin.page.select("main form") if "download" in str(one.get("action"))]
    [token] = form.select("[name=csrf_token]")
    answer = admin.client.post("/account/download", data={"csrf_token": token["value"]})
    held = json.loads(answer.get_data(as_text=True))
    assert held["account"]["items_of_the_rules_opened_last"] == [["rules", "edge-vital"]]
