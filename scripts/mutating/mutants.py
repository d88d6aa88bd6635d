"""The faults that can be planted: every condition turned round, left out, or not asked for."""

import re
from dataclasses import dataclass

from .source import OPENING, Source

CLAUSES = re.compile(r"\b(guard|if|while|where)\b(?=[ \n])")
ASKING = re.compile(r"^ *(try (?:\w+\.)*(?:require|admit|permit)\w*)\(", re.M)
CLOSURE = re.compile(r"\b(?:allSatisfy|contains|filter|removeAll|first)(?:\(where: ?|\()? ?\{")
BINDING = re.compile(r"(?:let|var|case)\b")
WORDS = re.compile(r"^(?:let|var|guard|if|else|switch|case|for|throw|func|import|extension|struct|"
                   r"enum|private|package|fileprivate|mutating|static|init|while|do|try|defer|"
                   r"default|continue|break|class|final|typealias|where)\b|^[@}\])]")
COMPARISON = re.compile(r" (?:==|!=|<=|>=|<|>) ")
STATEMENT = re.compile(r"^ *(?:case [^\n]*?: )?(?=\S)|(?<=\{ )(?=\S)|(?<= in )(?=\S)", re.M)
ASSIGNMENT = re.compile(r"(?:^|\s)=(?:\s)")


@dataclass(frozen=True)
class Mutant:
    """One fault: what is done to which text, and the number by which it is switched on."""

    number: int
    file: str
    line: int
    kind: str
    text: str
    # How many of the same there are before it in the file.
    earlier: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.kind} {self.text}"

    @property
    def key(self) -> str:
        """What it is known by when lines have moved."""
        again = f" #{self.earlier + 1}" if self.earlier else ""
        return f"{self.file} {self.kind} {self.text}{again}"


@dataclass(frozen=True)
class Site:
    """A condition, and what stands for it where it is left out; or a call that may be left out."""

    start: int
    end: int
    neutral: str | None


def sites(source: Source) -> list[Site]:
    """Every condition of a file, in order, each once."""
    found: dict[tuple[int, int], Site] = {}
    for site in [*_clauses(source), *_statements(source), *_closures(source), *_calls(source)]:
        found.setdefault((site.start, site.end), site)
    return sorted(found.values(), key=lambda site: (site.start, -site.end))


def _clauses(source: Source) -> list[Site]:
    """The conditions of `guard`, `if`, `while` and `where`."""
    found = []
    for match in CLAUSES.finditer(source.code):
        start = match.end()
        if match.group(1) == "where" and not source.is_in_loop_head(start):
            continue
        end = _body(source, start, match.group(1) == "guard")
        parts = source.split(start, end, ",")
        plain = [part for part in parts if not BINDING.match(source.code, part[0])]
        # Without its only condition an `if` never happens, a `guard` never stops anybody.
        alone = len(parts) == 1 and match.group(1) in ("if", "while")
        for part in plain:
            found += _atoms(source, *part, "false" if alone else "true")
    return found


def _body(source: Source, start: int, is_guard: bool) -> int:
    """Where the block of a condition begins, or the `else` of a `guard`.

    Closures are in parentheses there, but for those of a `guard`.
    """
    index = start
    while True:
        if is_guard and re.match(r"\selse\b", source.code[index - 1:index + 5]):
            return index
        character = source.code[index]
        if character == "{" and not is_guard:
            return index
        index = source.closing(index) + 1 if character in OPENING else index + 1


def _atoms(source: Source, start: int, end: int, neutral: str) -> list[Site]:
    """The operands of `&&` and `||`, as deep as they go."""
    for operator, absent in (("||", "false"), ("&&", "true")):
        parts = source.split(start, end, operator)
        if len(parts) > 1:
            return [site for part in parts for site in _atoms(source, *part, absent)]
    if source.code[start] == "(" and source.closing(start) == end - 1:
        inner = source.trim(start + 1, end - 1)
        return _atoms(source, *inner, neutral)
    return [] if source.code[start:end] == "true" else [Site(start, end, neutral)]


def _statements(source: Source) -> list[Site]:
    """Conditions that are returned, assigned, or the whole of a body."""
    found = []
    for match in STATEMENT.finditer(source.code):
        start = match.end()
        if not source.begins_statement(start) or source.is_in_loop_head(start):
            continue
        start, end = source.trim(start, source.statement_end(start))
        head = re.match(r"return (?=\S)|(?:let|var) \w+ =\s+", source.code[start:end])
        if head:
            start += head.end()
        elif WORDS.match(source.code[start:end]):
            continue
        found += _values(source, start, end)
    return found


def _values(source: Source, start: int, end: int) -> list[Site]:
    """The conditions in a value: itself if it is one, and what its `?` asks."""
    top = source.top(start, end)
    if ASSIGNMENT.search(top) or " ?? " in top or start == end:
        return []
    question = re.search(r"\s\?\s", top)
    if question:
        first = source.trim(start, start + question.start())
        rest = top.find(" : ", question.end())
        return [*_atoms(source, *first, "true"),
                *(_values(source, start + rest + 3, end) if rest > 0 else [])]
    is_condition = re.search(r"&&|\|\|", top) or COMPARISON.search(top) or top.startswith("!")
    return _atoms(source, start, end, "true") if is_condition else []


def _closures(source: Source) -> list[Site]:
    """What is asked of each element of a list."""
    found = []
    for match in CLOSURE.finditer(source.code):
        opening = match.end() - 1
        start, end = source.trim(opening + 1, source.closing(opening))
        body = source.code[start:end]
        if "\n" in body or re.search(r"\bin\b|\breturn\b|\bguard\b", body):
            continue
        found += _atoms(source, start, end, "true")
    return found


def _calls(source: Source) -> list[Site]:
    """Calls that are made only because they may refuse."""
    found = []
    for match in ASKING.finditer(source.code):
        start = match.start(1)
        found.append(Site(start, source.closing(match.end() - 1) + 1, None))
    return found


def plant(source: Source, first: int) -> tuple[str, list[Mutant]]:
    """The text with every fault in it, each of which is switched on by its number alone."""
    mutants: list[Mutant] = []
    edits: list[tuple[int, str]] = []

    def add(site: Site, kind: str) -> None:
        text = re.sub(r"\s+", " ", source.text[site.start:site.end])
        earlier = sum(1 for other in mutants if (other.kind, other.text) == (kind, text))
        mutants.append(Mutant(first + len(mutants), source.name, source.line(site.start), kind,
                              text, earlier))

    for site in sites(source):
        number = first + len(mutants)
        if site.neutral is None:
            add(site, "skip")
            edits += [(site.start, f"if !Mutants.areOn({number}) {{ "), (site.end, " }")]
            continue
        add(site, "flip")
        add(site, f"make {site.neutral}")
        edits += [(site.start, f"Mutants.at({number}, {site.neutral}, "), (site.end, ")")]
    text = source.text
    for offset, inserted in sorted(edits, key=lambda edit: edit[0], reverse=True):
        text = text[:offset] + inserted + text[offset:]
    return text, mutants
