"""Web archives as other programs write them, byte by byte, and the pages of a paper that is gone."""

import base64
import gzip
import hashlib
import io
import zipfile
from collections.abc import Sequence

AT = "2015-03-05T01:02:03Z"
HOST = "http://baocu.example"
SITE_FILE = """
outlet = "Báo Cũ"
home = "http://baocu.example/"
province = "Hà Giang"
domains = ["baocu.example", "www.baocu.example"]
status = "closed"
checked = "facts only"
article_url = ['^/tin/\\d+\\.html$']
article_id = ['^/tin/(\\d+)\\.html$']

[[source]]
kind = "section"
url = "http://baocu.example/"

[[layout]]
name = "cu-2015"
detect = "div.noidung"
title = ["h1.tieude"]
published = ["span.ngay"]
lead = ["p.sapo"]
body = ["div.noidung"]
"""
SENTENCES = (
    "Sáng nay, Ban Chỉ đạo tỉnh họp bàn việc làm đường lên các bản vùng cao trước mùa mưa lũ năm nay.",
    "Tuyến đường mới dài sáu cây số, rộng ba mét rưỡi, xe tải đã vào được tận vườn cam của năm mươi hộ.",
    "Bà con trong bản cho biết, trước đây mỗi khi trời mưa phải gửi xe ở chân dốc rồi đi bộ về nhà.",
    "Ủy ban nhân dân huyện giao các xã rà soát những đoạn đường còn lại, báo cáo trước ngày cuối tháng.",
)


def address(number: int) -> str:
    return f"{HOST}/tin/{number}.html"


def page(number: int, *more: str, day: str = "04/03/2015") -> bytes:
    """An article of the paper; `more` are further paragraphs."""
    paragraphs = "".join(f"<p>{text}</p>" for text in (*SENTENCES, f"Bản tin số {number} của tỉnh.", *more))
    return (
        f"<html><head><title>Đường lên bản số {number}</title></head><body>"
        f'<h1 class="tieude">Đường lên bản số {number}</h1><span class="ngay">{day} 08:30</span>'
        f'<p class="sapo">Con đường mới đã nối các bản vùng cao với trung tâm huyện lỵ, số {number}.</p>'
        f'<div class="noidung">{paragraphs}</div><!-- {"x" * 1000} --></body></html>'
    ).encode()


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = (b"HTTP/1.1 " + status, b"Content-Type: text/html; charset=utf-8", *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(body: bytes, size: int = 700) -> bytes:
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def sha1(data: bytes) -> str:
    return f"sha1:{base64.b32encode(hashlib.sha1(data).digest()).decode()}"


def record(kind: str, url: str | None, block: bytes, *fields: str, at: str = AT, **more: str) -> bytes:
    """A record; `fields` are lines of its head, and `more` are `version` and `name`, a part of its id."""
    number = more.get("name") or hashlib.md5(kind.encode() + (url or "").encode() + at.encode() + block).hexdigest()
    lines = [f"WARC/{more.get('version', '1.0')}", f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{number}>"]
    lines += [f"WARC-Date: {at}", *([f"WARC-Target-URI: {url}"] if url else []), *fields]
    lines += [f"Content-Length: {len(block)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def response(number: int, body: bytes | None = None, *, at: str = AT) -> bytes:
    block = answer(page(number) if body is None else body)
    return record("response", address(number), block, "Content-Type: application/http; msgtype=response", at=at)


def members(*records: bytes) -> bytes:
    """One gzip member for each record, as nearly every program writes them."""
    return b"".join(gzip.compress(each) for each in records)


def wget(number: int) -> bytes:
    """As wget 1.20 writes: the request first, addresses in angle brackets."""
    url = f"<{address(number)}>"
    info = record("warcinfo", None, b"software: Wget/1.20.1 (linux-gnu)\r\n", "Content-Type: application/warc-fields")
    asked = b"GET /tin/%d.html HTTP/1.1\r\nUser-Agent: Wget/1.20.1\r\nHost: baocu.example\r\n\r\n" % number
    head = "Content-Type: application/http;msgtype={}"
    request = record("request", url, asked, head.format("request"), name="aa")
    body = answer(page(number))
    fields = ("WARC-Concurrent-To: <urn:uuid:aa>", f"WARC-Block-Digest: {sha1(body)}", head.format("response"))
    log = record("resource", "metadata://gnu.org/software/wget/warc/wget.log", b"--2015--", "Content-Type: text/plain")
    return members(info, request, record("response", url, body, *fields), log)


def heritrix(number: int) -> bytes:
    """As Heritrix 3 writes: the answer first, chunks left in, then request and metadata; later a revisit."""
    plain = page(number)
    body = answer(chunked(plain), b"Transfer-Encoding: chunked")
    http = "Content-Type: application/http; msgtype={}"
    concurrent = "WARC-Concurrent-To: <urn:uuid:bb>"
    asked = b"GET /tin/%d.html HTTP/1.0\r\nUser-Agent: heritrix/3.2.0\r\n\r\n" % number
    digest = f"WARC-Payload-Digest: {sha1(plain)}"
    revisit = record(
        "revisit",
        address(number),
        answer(b"", b"Server: later"),
        "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
        digest,
        http.format("response"),
        at="2015-06-05T01:02:03Z",
    )
    return members(
        record("warcinfo", None, b"software: Heritrix/3.2.0\r\n", "WARC-Filename: WEB-20150305.warc.gz"),
        record(
            "response", "dns:baocu.example", b"20150305\nbaocu.example. 60 IN A 203.0.113.5\n", "Content-Type: text/dns"
        ),
        record(
            "response",
            address(number),
            body,
            "WARC-IP-Address: 203.0.113.5",
            digest,
            http.format("response"),
            name="bb",
        ),
        record("request", address(number), asked, concurrent, http.format("request")),
        record(
            "metadata", address(number), b"fetchTimeMs: 12\r\n", concurrent, "Content-Type: application/warc-fields"
        ),
        revisit,
    )


def browsertrix(*numbers: int) -> bytes:
    """A WACZ as browsertrix writes it: WARC 1.1, dates with fractions, an own record for each page."""
    records = [record("warcinfo", None, b"software: Browsertrix-Crawler 1.5\r\n", version="1.1")]
    for number in numbers:
        body = answer(page(number), b"x-orig-content-encoding: br")
        fields = ("WARC-Page-ID: 7c1", f"WARC-Payload-Digest: sha256:{hashlib.sha256(page(number)).hexdigest()}")
        at = "2015-03-05T01:02:03.456Z"
        records.append(record("response", address(number), body, *fields, at=at, version="1.1", name=f"c{number}"))
        asked = b"GET /tin/%d.html HTTP/1.1\r\nuser-agent: Mozilla/5.0\r\n\r\n" % number
        records.append(
            record("request", address(number), asked, f"WARC-Concurrent-To: <urn:uuid:c{number}>", at=at, version="1.1")
        )
        info = b'{"pageid":"7c1"}'
        records.append(record("resource", f"urn:pageinfo:{address(number)}", info, "Content-Type: application/json"))
    return wacz({"archive/data.warc.gz": members(*records), "pages/pages.jsonl": b"{}", "../evil.txt": b"evil"})


def wacz(files: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return sink.getvalue()


def arc(numbers: Sequence[int]) -> bytes:
    """As the Internet Archive wrote until 2008."""
    first = b"1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n\n"
    records = [b"filedesc://WEB.arc 0.0.0.0 20150305010203 text/plain %d\n%s" % (len(first), first)]
    for number in numbers:
        block = answer(page(number))
        head = f"{address(number)} 203.0.113.5 20150305010203 text/html {len(block)}\n".encode()
        records.append(head + block + b"\n")
    return members(*records)
