"""A certificate's sheet: bytes that follow from its row and the site's address, and from nothing else.

It is rendered when somebody asks and stored nowhere (docs/adr/0011).
"""

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import segno
import typst
from django.conf import settings

from certification.models import Certificate
from certification.rules import certificates as rules

TEMPLATE = Path(__file__).with_name("certificate.typ")
STANDARD: Literal["a-2b"] = "a-2b"  # PDF/A: it looks the same in twenty years
UNPRINTABLE = "\u25a1"  # what stands for a character that no font here has
# Every font of the sheet, and no other: a server's own fonts would make other bytes of the same row.
PROBE = (
    '#set text(font: ("Libertinus Serif", "New Computer Modern", "New Computer Modern Math", '
    '"DejaVu Sans Mono"))\n#sys.inputs.text'
)
LATIN_AND_CYRILLIC = frozenset(
    chr(code) for code in (*range(0x20, 0x7F), *range(0xA1, 0x180), *range(0x400, 0x460)) if code != 0xAD
) | frozenset("–—‘’‚“”„…№\u00a0")


def pdf(certificate: Certificate) -> bytes:
    """The sheet as PDF/A, the same bytes each time."""
    return render(certificate, format="pdf", pdf_standards=STANDARD)


def render(certificate: Certificate, **how: Any) -> bytes:
    """The sheet in another form, as typst names it. ValueError where it takes more than one page."""
    rendered = typst.compile(
        TEMPLATE.read_bytes(),
        root=TEMPLATE.parent,
        ignore_system_fonts=True,
        sys_inputs=inputs(certificate),
        timestamp=int(certificate.issued_at.timestamp()),
        **how,
    )
    if not isinstance(rendered, bytes):  # a list of pages
        raise ValueError(f"certificate {certificate.pk} does not go on one page")
    return rendered


def inputs(certificate: Certificate) -> dict[str, str]:
    """What the template is told: the words as they were frozen, and what leads to the public page."""
    words = {
        **certificate.wording,
        "holder": certificate.holder_name,
        "number": certificate.number,
        "code": rules.grouped(certificate.code),
        "site": f"{settings.SITE_URL}/verify/",
    }
    address = settings.SITE_URL + certificate.get_absolute_url()
    return {name: printable(text) for name, text in words.items()} | {
        "address": address,
        "qr": segno.make(address, error="m", micro=False).svg_inline(border=2),
    }


def printable(text: str) -> str:
    """The text with single spaces, without what leaves no ink, and with a box for what no font here has."""
    text = "".join(character for character in unicodedata.normalize("NFC", text) if leaves_ink(character))
    return " ".join("".join(c if is_covered(c) else UNPRINTABLE for c in text).split(" "))


def leaves_ink(character: str) -> bool:
    """Or is a space; marks of direction, joiners and control characters do not and are not."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


@lru_cache(maxsize=10_000)
def is_covered(character: str) -> bool:
    """Whether a font of the sheet has it; PDF/A takes no other."""
    if character in LATIN_AND_CYRILLIC:
        return True
    try:
        typst.compile(
            PROBE.encode(),
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"text": character},
            pdf_standards=STANDARD,
        )
    except typst.TypstError:
        return False
    return True
