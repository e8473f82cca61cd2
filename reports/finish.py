"""The last touches to the PDF, on its objects just before they are written: one file that is PDF/A-3a and PDF/UA-1.

Add here: a repair of what WeasyPrint leaves open for these standards. Keep out: the look, and anything of one page.

What it does: the metadata stays uncompressed (ISO 19005-3, 6.6.2.1) and names PDF/UA with the extension schema that
PDF/A asks for; header cells say whether they head a row or a column; running headers and page numbers become
artifacts, so that a screen reader does not read them on every page; attached files are listed once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_UA_SCHEMA = b"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about=""><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about=""><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""
_RDF_END = b"</rdf:RDF>"


def finish(document: Any, pdf: Any) -> None:
    """WeasyPrint's finisher: changes the pydyf objects of `pdf` in place."""
    _declare_accessible(pdf)
    _scope_headers(document)
    _running_to_artifacts(document, pdf)
    _name_attachments_once(pdf)


def _declare_accessible(pdf: Any) -> None:
    metadata = _object(pdf, pdf.catalog["Metadata"])
    packet = b"".join(part if isinstance(part, bytes) else str(part).encode() for part in metadata.stream)
    before, end, after = packet.rpartition(_RDF_END)
    metadata.stream = [before + _UA_SCHEMA + end + after]
    metadata.compress = False


def _scope_headers(document: Any) -> None:
    for page in document.pages:
        for box in _descendants(page._page_box):
            if box.element_tag == "th" and box.element is not None and isinstance(getattr(box, "mark", None), dict):
                heads_row = box.element.attrib.get("scope") in ("row", "rowgroup")
                box.mark["A"]["Scope"] = "/Row" if heads_row else "/Column"


def _running_to_artifacts(document: Any, pdf: Any) -> None:
    """Marked content whose structure element hangs nowhere in the tree is the page's margin boxes."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    top = _object(pdf, root["K"][0])
    linked = {bytes(reference) for reference in top["K"]}
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    for number in range(len(document.pages)):
        entries = numbers[2 * number + 1]
        running = {at for at, entry in enumerate(entries) if not _is_linked(pdf, entry, linked, top.reference)}
        page = _object(pdf, pdf.page_references[number])
        _retag(_object(pdf, page["Contents"]), running)
        for at in running:
            entries[at] = b"null"


def _name_attachments_once(pdf: Any) -> None:
    """WeasyPrint lists every embedded file twice among the associated ones; readers then show it twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))


def _is_linked(pdf: Any, reference: bytes, linked: set[bytes], top: bytes) -> bool:
    """Whether climbing from the element ends in a child of the document that the document lists."""
    while True:
        element = _object(pdf, reference)
        if bytes(element["P"]) == bytes(top):
            return bytes(reference) in linked
        reference = element["P"]


def _retag(stream: Any, running: set[int]) -> None:
    for at, token in enumerate(stream.stream):
        if isinstance(token, dict) and token.get("MCID") in running and stream.stream[at + 1] == b"BDC":
            stream.stream[at - 1] = "/Artifact"
            stream.stream[at] = type(token)({"Type": "/Pagination"})


def _descendants(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", None) or ():
        yield from _descendants(getattr(child, "_box", child))


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(bytes(reference).split()[0])]
