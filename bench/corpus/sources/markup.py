"""XML dialects written by hand, each in the shapes that the XML specification allows for the same document.

With and without a declaration, after comments and processing instructions, in UTF-16, with a prefix on the root: the
type is that of the root element's qualified name, whatever stands before it and whatever the file is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.corpus.model import Source
from bench.corpus.sources.making import text_source

__all__ = ["MARKUP"]

# suffix, media type, document without its declaration
DIALECTS = (
    ("svg", "image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><circle r="9"/></svg>'),
    (
        "rss",
        "application/rss+xml",
        '<rss version="2.0"><channel><title>Quay</title><link>https://example.org/</link><description>Tides</description>'
        "<item><title>High water</title></item></channel></rss>",
    ),
    (
        "atom",
        "application/atom+xml",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Quay</title><id>urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6</id>'
        "<updated>2024-05-01T18:30:02Z</updated></feed>",
    ),
    (
        "kml",
        "application/vnd.google-earth.kml+xml",
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>Quay</name><Point><coordinates>6.6,46.5</coordinates>'
        "</Point></Placemark></kml>",
    ),
    (
        "gpx",
        "application/gpx+xml",
        '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="hand"><wpt lat="46.5" lon="6.6"/></gpx>',
    ),
    (
        "xhtml",
        "application/xhtml+xml",
        '<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>Quay</title></head><body><p>Tides</p></body></html>',
    ),
    (
        "xsl",
        "application/xslt+xml",
        '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"/></xsl:stylesheet>',
    ),
    (
        "ttml",
        "application/ttml+xml",
        '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div><p begin="0s" end="2s">Ahoy</p></div></body></tt>',
    ),
    (
        "xlf",
        "application/xliff+xml",
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file original="a" source-language="en" '
        'datatype="plaintext"><body/></file></xliff>',
    ),
    (
        "rdf",
        "application/rdf+xml",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="#quay"/></rdf:RDF>',
    ),
    (
        "mml",
        "application/mathml+xml",
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi><mo>=</mo><mn>2</mn></math>',
    ),
    (
        "wsdl",
        "application/wsdl+xml",
        '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" name="Quay" targetNamespace="urn:quay"/>',
    ),
    (
        "plist",
        "application/x-plist",
        '<plist version="1.0"><dict><key>Harbour</key><string>Quay</string></dict></plist>',
    ),
    (
        "dae",
        "model/vnd.collada+xml",
        '<COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1"><asset/></COLLADA>',
    ),
    (
        "gml",
        "application/gml+xml",
        '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" gml:id="q"/>',
    ),
    (
        "smil",
        "application/smil+xml",
        '<smil xmlns="http://www.w3.org/ns/SMIL" version="3.0"><body><par><audio src="a.wav"/></par></body></smil>',
    ),
    (
        "mpd",
        "application/dash+xml",
        '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static"/>',
    ),
    (
        "musicxml",
        "application/vnd.recordare.musicxml+xml",
        '<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Horn</part-name></score-part></part-list>'
        '<part id="P1"><measure number="1"/></part></score-partwise>',
    ),
    (
        "tei",
        "application/tei+xml",
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc/></teiHeader><text><body><p>Quay</p></body></text></TEI>',
    ),
    (
        "xml",
        "application/xml",
        "<inventory><boat length='9.4'>Ondine</boat><boat length='6.1'>Perle</boat></inventory>",
    ),
    (
        "xml",
        "application/xml",
        '<q:log xmlns:q="urn:example:quay"><q:entry at="2024-05-01">lock opened</q:entry></q:log>',
    ),
)
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
REMARKS = '<!-- Harbour office: <svg> and <html> are only named here. -->\n<?harbour tide="high"?>\n'


def _prefixed(document: str) -> str | None:
    """Give the same document with a prefix on every element, when its root has a default namespace."""
    found = re.match(r'<(\w+)([^>]*?) xmlns="([^"]+)"', document)
    if not found:
        return None
    renamed = re.sub(r"<(/?)(\w+)(?=[\s/>])", r"<\1q:\2", document)
    return renamed.replace(f'xmlns="{found[3]}"', f'xmlns:q="{found[3]}"', 1)


def _files() -> Iterator[tuple[str, str, str | bytes]]:
    for number, (suffix, media_type, document) in enumerate(DIALECTS):
        stem = f"{number:02}-{suffix}"
        yield f"{stem}-declared.{suffix}", media_type, DECLARED + document + "\n"
        yield f"{stem}-bare.xml", media_type, document
        yield f"{stem}-remarks.{suffix}", media_type, DECLARED + REMARKS * 3 + document + "\n"
        wide = DECLARED.replace("UTF-8", "UTF-16") + document
        yield f"{stem}-utf16.{suffix}", media_type, wide.encode("utf-16")
        yield f"{stem}-bom.{suffix}", media_type, b"\xef\xbb\xbf" + (DECLARED + document).encode()
        prefixed = _prefixed(document)
        if prefixed:
            yield f"{stem}-prefixed.xml", media_type, DECLARED + prefixed


MARKUP = text_source("xml-by-hand", _files())
