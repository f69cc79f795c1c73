"""What another program makes of a PDF: poppler, which had no part in writing it."""

import re
import subprocess


def _run(command: list[str], pdf: bytes) -> str:
    done = subprocess.run(command, input=pdf, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode()


def pdf_facts(pdf: bytes) -> dict[str, str]:
    """What it says of itself: "Title", "Tagged", "Pages", "Page size" …"""
    said = _run(["pdfinfo", "-"], pdf)
    return {name: value.strip() for name, value in (line.split(":", 1) for line in said.splitlines() if ":" in line)}


def pdf_text(pdf: bytes) -> str:
    """Its words as they are read, a sheet after the other."""
    return _run(["pdftotext", "-", "-"], pdf)


def pdf_structure(pdf: bytes) -> list[str]:
    """The tags in the order in which they are read out: "Document", "H1", "P", "Table", "TH" …"""
    said = _run(["pdfinfo", "-struct", "-"], pdf)
    return re.findall(r"^ *([A-Z]\w*)(?=[ :]|$)", said, re.MULTILINE)


def pdf_fonts(pdf: bytes) -> dict[str, bool]:
    """The fonts by their names, and whether each is in the file."""
    lines = _run(["pdffonts", "-"], pdf).splitlines()[2:]
    return {line.split()[0]: line.split()[-5] == "yes" for line in lines}
