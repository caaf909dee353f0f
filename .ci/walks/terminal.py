"""A terminal of 100 columns and 40 rows, and somebody who types: as much of ECMA-48 as our programs use."""

import os
import pty
import re
import select
import struct
import termios
import time
import fcntl

COLUMNS, ROWS = 100, 40
SEQUENCE = re.compile(r"\x1b\[([?0-9;]*)([@-~])|\x1b.|[\r\n\b]|[^\x1b\r\n\b]+", re.S)


class Terminal:
    """Runs a command to its end. `screens` has what was seen each time that a text was waited for."""

    def __init__(self, command, typed, timeout):
        self._rows = [[" "] * COLUMNS for _ in range(ROWS)]
        self._row = self._column = 0
        self._kept = None
        self._since = 0
        self.screens = []
        self.code = self._play(command, list(typed), time.monotonic() + timeout)

    def _play(self, command, typed, end):
        child, master = pty.fork()
        if child == 0:
            os.execvp(command[0], command)
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        text, last = "", None
        while True:
            ready, _, _ = select.select([master], [], [], max(0, end - time.monotonic()))
            if not ready:
                os.kill(child, 15)
                raise TimeoutError(f"nobody sees {typed[:1]} in\n{self}")
            try:
                chunk = os.read(master, 65536)
            except OSError:
                chunk = b""
            if not chunk:
                break
            text += chunk.decode("utf-8", "replace")
            while match := SEQUENCE.match(text):
                # What may be the begin of a sequence waits for the rest.
                if match.group().startswith("\x1b") and len(text) < 2:
                    break
                self._take(match)
                text = text[match.end():]
            while typed and typed[0][0] in "\n".join(self.lines[max(0, self._since):]):
                self.screens.append(str(self))
                # What stood there already is not waited for again, unless the screen is drawn in place.
                self._since = 0 if self._kept else self._row + 1
                last = (*typed.pop(0), time.monotonic())
                os.write(master, last[1].encode())
            # A full screen drops keys that come before it is read; a person would press again.
            if last and self._kept and last[0] in str(self) and time.monotonic() - last[2] > 1:
                last = (last[0], last[1], time.monotonic())
                os.write(master, last[1].encode())
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)

    def _take(self, match):
        text, parameters, final = match.group(), match.group(1), match.group(2)
        if final == "H":
            row, column = ([int(part or 1) for part in parameters.split(";")] + [1, 1])[:2] if parameters else (1, 1)
            self._row, self._column = min(ROWS, row) - 1, min(COLUMNS, column) - 1
        elif final in ("K", "J"):
            self._rows[self._row][self._column:] = [" "] * (COLUMNS - self._column)
            if final == "J":
                for row in range(self._row + 1, ROWS):
                    self._rows[row] = [" "] * COLUMNS
        elif parameters == "?1049":
            if final == "h":
                self._kept = (self._rows, self._row, self._column)
                self._rows = [[" "] * COLUMNS for _ in range(ROWS)]
            elif self._kept:
                self._rows, self._row, self._column = self._kept
                self._kept = None
        elif text == "\r":
            self._column = 0
        elif text == "\b":
            self._column = max(0, self._column - 1)
        elif text == "\n":
            self._down()
        elif not text.startswith("\x1b"):
            for character in text:
                if self._column == COLUMNS:
                    self._column = 0
                    self._down()
                self._rows[self._row][self._column] = character
                self._column += 1

    def _down(self):
        if self._row < ROWS - 1:
            self._row += 1
        else:
            self._rows = self._rows[1:] + [[" "] * COLUMNS]
            self._since -= 1

    @property
    def lines(self):
        return ["".join(row).rstrip() for row in self._rows]

    def __str__(self):
        """What it shows, with one empty line where there are many."""
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines).rstrip("\n"))
