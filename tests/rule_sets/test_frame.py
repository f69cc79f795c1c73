"""Every page of the draft says which version is in the making, and who changed it last."""

from tests.rule_sets.admins import DRAFT, Admin
from tests.visiting import text_of

OF_DRAFT = ["/admin/rules", "/admin/rules/search?q=routine", "/admin/rules/comments"] + [
    f"{DRAFT}/{page}"
    for page in ("rules", "problems", "differences", "publish", "discard", "affected", "note", "coverage", "shares")
] + [f"{DRAFT}/rules/edge-vital", f"{DRAFT}/add/rules", f"{DRAFT}/questions/edge/preview"]  # fmt: skip

NOT_OF_DRAFT = ["/admin/rules/versions/1", "/admin/rules/compare", "/admin/audit", "/admin/rules/guide"]


def strip(admin: Admin, path: str) -> str:
    return text_of(admin.open(path).select_one(".strip p"))


def test_every_page_of_the_draft_says_which_version_it_is_to_be_and_who_changed_it(
    admin: Admin, other_admin: Admin
) -> None:
    admin.start()
    other_admin.edit("rules/edge-vital", because="Said otherwise.")
    for path in OF_DRAFT:
        said = strip(admin, path)
        assert said.startswith("Draft, version 2 in the making last changed by ben@example.com, "), path
    for path in NOT_OF_DRAFT:
        assert "in the making" not in text_of(admin.open(path).body), path


def test_without_a_draft_none_is_spoken_of(admin: Admin) -> None:
    assert "in the making" not in text_of(admin.open("/admin/rules").body)


def test_the_number_is_the_next_one_after_a_version_came_into_force(admin: Admin) -> None:
    admin.start().edit("rules/edge-vital", because="Said otherwise.")
    admin.open(f"{DRAFT}/note")
    admin.submit(note="Said otherwise.")
    assert strip(admin, "/admin/rules").startswith("Draft, version 2")
