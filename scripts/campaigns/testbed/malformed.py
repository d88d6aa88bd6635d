"""Requests that RFC 9112 and 9110 forbid, or that two readers could understand differently."""

from dataclasses import dataclass

HOST = b"Host: x\r\n"
BEHIND = b"GET /healthz?behind HTTP/1.1\r\nHost: x\r\n\r\n"


@dataclass(frozen=True)
class Malformed:
    """Bytes that must be refused; whatever stands behind them must not be read as a request."""

    name: str
    data: bytes


def lines() -> dict[str, bytes]:
    """Request lines: method, target, version."""
    return {
        "a space before the method": b" GET / HTTP/1.1",
        "two spaces": b"GET  / HTTP/1.1",
        "a tab between": b"GET\t/ HTTP/1.1",
        "a space at the end": b"GET / HTTP/1.1 ",
        "no version": b"GET /",
        "no target": b"GET HTTP/1.1",
        "a method of odd characters": b"GE(T / HTTP/1.1",
        "no method": b" / HTTP/1.1",
        "a version in lower case": b"GET / http/1.1",
        "a version of two digits": b"GET / HTTP/1.10",
        "version 0.9": b"GET / HTTP/0.9",
        "version 2.0": b"GET / HTTP/2.0",
        "a version without a dot": b"GET / HTTP/11",
        "another protocol": b"GET / ICAP/1.0",
        "absolute form": b"GET http://x/healthz HTTP/1.1",
        "authority form": b"CONNECT x:1 HTTP/1.1",
        "asterisk form": b"OPTIONS * HTTP/1.1",
        "a relative target": b"GET healthz HTTP/1.1",
        "a fragment": b"GET /healthz#x HTTP/1.1",
        "a NUL in the target": b"GET /heal\0thz HTTP/1.1",
        "a space in the target": b"GET /heal thz HTTP/1.1",
        "a control character in the target": b"GET /heal\x7fthz HTTP/1.1",
        "bytes beyond ASCII in the target": b"GET /healthz\xc3\xa9 HTTP/1.1",
        "a bare carriage return": b"GET /healthz\rx HTTP/1.1",
        "a target that is too long": b"GET /" + b"a" * 9000 + b" HTTP/1.1",
        "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "an HTTP/2 preface": b"PRI * HTTP/2.0",
    }


def fields() -> dict[str, bytes]:
    """Header fields that are not of their syntax, or too many."""
    return {
        "a space before the colon": b"Accept : x\r\n",
        "a tab before the colon": b"Accept\t: x\r\n",
        "no colon": b"Accept\r\n",
        "no name": b": x\r\n",
        "a space before the name": b" Accept: x\r\n",
        "a folded line": b"Accept: a\r\n b\r\n",
        "a folded line of a tab": b"Accept: a\r\n\tb\r\n",
        "an underscore in the name": b"Content_Length: 3\r\n",
        "bytes beyond ASCII in the name": b"Acc\xc3\xa9pt: x\r\n",
        "a NUL in the name": b"Acc\0ept: x\r\n",
        "a NUL in the value": b"Accept: a\0b\r\n",
        "a bare carriage return in the value": b"Accept: a\rb\r\n",
        "a bare line feed as an end": b"Accept: a\nHost: y\r\n",
        "two Host fields": b"Host: y\r\n",
        "65 fields": b"".join(b"A-%d: x\r\n" % number for number in range(65)),
        "a block that is too long": b"Accept: " + b"a" * 17_000 + b"\r\n",
        "an upgrade to HTTP/2 with a body": (
            b"Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nContent-Length: 5\r\n"),
    }


def framings() -> dict[str, bytes]:
    """Fields that say in an unclear way, or twice, where a body ends."""
    lengths = {"a sign": b"+5", "a minus": b"-1", "hexadecimal": b"0x5", "a leading zero": b"05",
               "a list": b"5, 5", "nothing": b"", "a fraction": b"5.0", "a space within": b"5 5",
               "2^64": b"18446744073709551616", "2^63": b"9223372036854775808",
               "letters": b"five", "more than is taken": b"131073"}
    found = {f"a length that is {name}": b"Content-Length: %s\r\n" % value
             for name, value in lengths.items()}
    found["two equal lengths"] = b"Content-Length: 5\r\n" * 2
    found["two lengths"] = b"Content-Length: 5\r\nContent-Length: 6\r\n"
    codings = (b"chunked", b"identity", b"gzip, chunked", b"chunked, chunked", b"chunked, identity",
               b"\tchunked", b"xchunked", b"chunked;q=1", b'"chunked"', b"Chunked", b"")
    for coding in codings:
        name = coding.decode().replace("\t", "tab ") or "nothing"
        found[f"the transfer coding {name}"] = b"Transfer-Encoding: %s\r\n" % coding
    found["a coding and a length"] = b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"
    found["a length and a coding"] = b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"
    found["two codings"] = b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"
    return found


def everything() -> list[Malformed]:
    """Each with another request behind it, which is nobody's."""
    found = [Malformed(f"request line: {name}", line + b"\r\n" + HOST + b"\r\n" + BEHIND)
             for name, line in lines().items()]
    found += [Malformed(f"field: {name}",
                        b"GET /healthz HTTP/1.1\r\n" + HOST + field + b"\r\n" + BEHIND)
              for name, field in fields().items()]
    found += [Malformed(f"framing: {name}", b"POST /v1/introspect HTTP/1.1\r\n" + HOST
                        + b"Content-Type: application/x-www-form-urlencoded\r\n" + field + b"\r\n"
                        + BEHIND)
              for name, field in framings().items()]
    found.append(Malformed("field: no Host", b"GET /healthz HTTP/1.1\r\n\r\n" + BEHIND))
    found.append(Malformed("line ends: line feeds alone",
                           b"GET /healthz HTTP/1.1\nHost: x\n\n" + BEHIND))
    found.append(Malformed("line ends: carriage returns alone",
                           b"GET /healthz HTTP/1.1\rHost: x\r\r" + BEHIND))
    found.append(Malformed("body: of a route that takes none",
                           b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                           b"Content-Length: 5\r\n\r\nhello" + BEHIND))
    return found
