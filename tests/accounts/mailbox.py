"""The letters that an installation sends into a folder."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from advisor.accounts.mail import send_due
from advisor.models import Database
from advisor.settings import Settings


@dataclass
class Mailbox:
    """Sends what is in the outbox, and reads what has arrived."""

    database: Database
    settings: Settings

    def letters(self) -> list[str]:
        """All letters so far, the oldest first."""
        send_due(self.database, self.settings)
        folder = Path(str(self.settings["MAIL_URL"]).removeprefix("file://"))
        found = []
        for file in sorted(folder.glob("*.eml")) if folder.exists() else []:
            letter = message_from_bytes(file.read_bytes(), policy=policy.default)
            found.append(f"{letter['To']}: {letter['Subject']}\n{letter.get_content()}")
        return found

    def recipients(self) -> list[str]:
        """To whom they went."""
        return [letter.partition(":")[0] for letter in self.letters()]

    def link(self, path: str, number: int = -1) -> str:
        """The address of that path in the last letter that has one, or in another."""
        lines = [line.strip() for letter in self.letters() for line in letter.splitlines() if path in line]
        return lines[number].removeprefix(str(self.settings["BASE_URL"]))
