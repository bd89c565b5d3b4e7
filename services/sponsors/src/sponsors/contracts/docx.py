"""An agreement as DOCX, for those who change it before they sign."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor

from sponsors.contracts.agreement import (
    Agreement,
    Block,
    Break,
    Heading,
    Items,
    Paragraph,
    Signatures,
    Table,
)

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT: Final = "Georgia"
_FIELDS: Final = ("Signature", "Name and title", "Date")


async def render(agreement: Agreement, made: datetime) -> bytes:
    """Return an agreement as DOCX that says when it was made."""
    return await asyncio.to_thread(_render, agreement, made)


def _render(agreement: Agreement, made: datetime) -> bytes:
    document = Document()
    _style(document)
    about = document.core_properties
    about.title, about.author, about.language = agreement.title, agreement.author, "en-US"
    about.created = about.modified = made.replace(tzinfo=None)
    about.comments = ""
    title = document.add_heading(agreement.title, 0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    subtitle = document.add_paragraph(agreement.subtitle, style="Subtitle")
    subtitle.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _footer(document, agreement)
    for block in agreement.blocks:
        _add(document, block)
    to = io.BytesIO()
    document.save(to)
    return to.getvalue()


def _style(document: Any) -> None:  # noqa: ANN401 - python-docx makes its class by a function
    section = document.sections[0]
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = Inches(1)
    section.top_margin = section.bottom_margin = Inches(0.9)
    for name, size in (
        *(("Normal", 10.5), ("Title", 19), ("Subtitle", 12.5)),
        *(("Heading 1", 15), ("Heading 2", 11.5)),
    ):
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.font.italic = False
        # Word takes fonts of headings from its theme, unless told otherwise.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{attribute}"), None)
        style.font.color.rgb = RGBColor(0, 0, 0)


def _footer(document: Any, agreement: Agreement) -> None:  # noqa: ANN401 - as above
    said = f"DRAFT. {agreement.footer}" if agreement.draft else agreement.footer
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.add_run(f"{said}, page ").font.size = Pt(8.5)
    run = paragraph.add_run()
    run.font.size = Pt(8.5)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)  # noqa: SLF001 - the library has no function for fields


def _add(document: Any, block: Block) -> None:  # noqa: ANN401 - as above
    match block:
        case Heading():
            document.add_heading(block.text, block.level)
        case Paragraph():
            document.add_paragraph(block.text)
        case Break():
            document.add_page_break()
        case Items():
            _items(document, block)
        case Table():
            _table(document, block)
        case Signatures():
            _signatures(document, block)


def _items(document: Any, block: Items) -> None:  # noqa: ANN401 - as above
    for item in block.items:
        if block.numbered:
            number = "".join(f"{note}. " for note in item.notes)
            paragraph = document.add_paragraph(f"{number}{item.text}")
            paragraph.paragraph_format.left_indent = Inches(0.3)
            paragraph.paragraph_format.first_line_indent = Inches(-0.3)
            continue
        paragraph = document.add_paragraph(item.text, style="List Bullet")
        if item.notes:
            paragraph.add_run(", ".join(item.notes)).font.superscript = True


def _table(document: Any, block: Table) -> None:  # noqa: ANN401 - as above
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    for name, value in block.rows:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(name).bold = True
        cells[1].paragraphs[0].add_run(value)
        cells[0].width, cells[1].width = Inches(2), Inches(4.5)


def _signatures(document: Any, block: Signatures) -> None:  # noqa: ANN401 - as above
    table = document.add_table(rows=len(_FIELDS) + 1, cols=len(block.parties))
    for column, party in zip(table.columns, block.parties, strict=True):
        column.cells[0].paragraphs[0].add_run(party).bold = True
        for cell, field in zip(column.cells[1:], _FIELDS, strict=True):
            cell.text = f"\n_______________________________\n{field}"
