"""A page of Markdown as a walk needs it: its blocks of code, in order, by the language of their fences.

| fence     | what it is                                                                        |
|-----------|-----------------------------------------------------------------------------------|
| `sh`      | commands: the walk runs them                                                      |
| `shell`   | commands that cannot run in a walk: each is listed with a reason in `.ci/walk`    |
| `console` | what a program prints: captured from a real run, and compared                     |
| `json`    | a part of the configuration: the walk uses it                                     |

All other fences are pictures and other languages.
"""

import re

# What differs from run to run, and what stands for it when a page is compared with a run: the one rule.
VARYING = [
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"), "TIME"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT[\d:.]+Z"), "TIME"),
    (re.compile(r"\bvault [0-9a-f]{32}\b"), "vault ID"),
    (re.compile(r"\b\d+( audit)? records"), "N records"),
    (re.compile(r"\brecord \d+"), "record N"),
    (re.compile(r"\b\d+s ago\b"), "AGO"),
    (re.compile(r"\bsha256:[0-9a-f]{64}"), "DIGEST"),
    (re.compile(r"\b(process|connection) \d+"), r"\1 N"),
]


def masked(text):
    lines = []
    for line in text.rstrip("\n").split("\n"):
        for pattern, word in VARYING:
            line = pattern.sub(word, line)
        # Columns are as wide as what varies in them.
        lines.append(re.sub(r" {2,}", "  ", line.rstrip()))
    return "\n".join(lines)


class Block:
    def __init__(self, language, line, text):
        self.language, self.line, self.text = language, line, text
        self.isUsed = False


class Page:
    def __init__(self, root, path):
        self.path, self._file = path, f"{root}/{path}"
        with open(self._file, encoding="utf-8") as file:
            self._lines = file.read().split("\n")
        self.blocks, begin = [], None
        for number, line in enumerate(self._lines):
            if not line.startswith("```"):
                continue
            if begin is None:
                begin = number
            else:
                language = self._lines[begin][3:]
                self.blocks.append(Block(language, begin + 2, "\n".join(self._lines[begin + 1:number])))
                begin = None
        self.stale = []

    def take(self, language, beginning=""):
        """The next block of a language that is not used yet, or the one that begins so."""
        for block in self.blocks:
            if block.language == language and not block.isUsed and block.text.startswith(beginning):
                block.isUsed = True
                return block
        raise LookupError(f"{self.path}: no block ```{language} that begins with {beginning!r}")

    def sh(self, beginning=""):
        return self.take("sh", beginning).text

    def shows(self, real, beginning=""):
        """Compares the next screen of the page with a real one."""
        block = self.take("console", beginning)
        real = str(real)
        if masked(block.text) != masked(real):
            self.stale.append((block, real))

    def unused(self):
        return [block for block in self.blocks
                if block.language in ("sh", "console", "json") and not block.isUsed]

    def write(self):
        """Puts the real screens into the page."""
        for block, real in sorted(self.stale, key=lambda pair: -pair[0].line):
            first = block.line - 1
            self._lines[first:first + block.text.count("\n") + 1] = real.rstrip("\n").split("\n")
        with open(self._file, "w", encoding="utf-8") as file:
            file.write("\n".join(self._lines))
