"""Enough of a reading of Swift to find the conditions in it: brackets, statements, operators."""

import re

OPENING = {"(": ")", "[": "]", "{": "}"}
NOISE = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*[\s\S]*?\*/')
CASE = re.compile(r"\n *(?:case\b.*|default):$")
CONTINUES = re.compile(r"\s*(?:&&|\|\||\?\?|[?:.](?=[\s\w])|[=!]=|[<>]=? |\)|\]|else\b)")


class Source:
    """A file, and the same text with comments and strings blanked out."""

    def __init__(self, name: str, text: str):
        self.name = name
        self.text = text
        self.code = NOISE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)

    def line(self, offset: int) -> int:
        """The number of the line that an offset is in."""
        return self.text.count("\n", 0, offset) + 1

    def closing(self, offset: int) -> int:
        """Where the bracket that opens at `offset` is closed."""
        depth = 0
        for index in range(offset, len(self.code)):
            if self.code[index] in OPENING:
                depth += 1
            elif self.code[index] in OPENING.values():
                depth -= 1
                if depth == 0:
                    return index
        raise ValueError(f"{self.name}: a bracket is not closed")

    def split(self, start: int, end: int, separator: str) -> list[tuple[int, int]]:
        """The parts between separators that stand outside of all brackets, without blanks."""
        parts, index, begin = [], start, start
        while index < end:
            if self.code[index] in OPENING:
                index = self.closing(index) + 1
            elif self.code.startswith(separator, index):
                parts.append((begin, index))
                index += len(separator)
                begin = index
            else:
                index += 1
        parts.append((begin, end))
        return [self.trim(*part) for part in parts]

    def trim(self, start: int, end: int) -> tuple[int, int]:
        """The same range without blanks at its ends."""
        while start < end and self.code[start].isspace():
            start += 1
        while end > start and self.code[end - 1].isspace():
            end -= 1
        return start, end

    def top(self, start: int, end: int) -> str:
        """What stands outside of all brackets; what is inside is blank."""
        text, index = "", start
        while index < end:
            if self.code[index] in OPENING:
                close = self.closing(index)
                text += self.code[index] + " " * (close - index - 1) + self.code[close]
                index = close + 1
            else:
                text += self.code[index]
                index += 1
        return text

    def begins_statement(self, offset: int) -> bool:
        """Whether what is at `offset` goes on with nothing that stands before it."""
        before = self.code[:offset].rstrip()
        if self.code.startswith(("&&", "||", "?", ":", "."), offset):
            return False
        return before[-1:] not in set(",(&|=?+[") and not before.endswith(":") or bool(
            CASE.search(before))

    def is_in_loop_head(self, offset: int) -> bool:
        """Whether the line goes on from a `for` before `offset`."""
        return re.match(r" *for\b", self.code[self.code.rfind("\n", 0, offset) + 1:]) is not None

    def statement_end(self, start: int) -> int:
        """The end of the line that a statement ends in."""
        index = start
        while index < len(self.code):
            character = self.code[index]
            if character in OPENING:
                index = self.closing(index) + 1
            elif character in OPENING.values():
                return index
            elif character == "\n" and not CONTINUES.match(self.code, index):
                return index
            else:
                index += 1
        return index
