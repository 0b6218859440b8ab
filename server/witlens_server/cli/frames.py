"""Code frames: the lines of a file that a finding is about, with the places in them marked.

--> wit/calc.wit:12:20
|
12 |     add: func(a: strng) -> u32;
|                  ^^^^^
"""

from __future__ import annotations

from witlens_server.cli.terminal import cells, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from witlens_server.cli.lines import Lines
    from witlens_server.cli.terminal import Paint

#: A line longer than this is shown in part: so many characters before the mark and after its start.
_LONG = 500
_BEFORE = 60
_AFTER = 100

#: Unmarked lines between two marked ones are shown if they are at most this many.
_GAP = 1


class Mark:
    """A place to show: half-open range of character offsets, a label or "", and the role that gives its colour.

    The one with `primary` is what the frame is about; others explain it.
    """

    __slots__ = ("end", "label", "primary", "role", "start")

    def __init__(self, start: int, end: int, label: str, role: str, primary: bool) -> None:
        """Keeps its parts."""
        self.start = start
        self.end = end
        self.label = label
        self.role = role
        self.primary = primary


def gutter_width(lines: Lines, marks: Sequence[Mark]) -> int:
    """The digits of the largest line number that a frame of these marks shows."""
    return len(str(max(lines.position(max(mark.start, mark.end))[0] for mark in marks)))


def frame(shown_path: str, lines: Lines, marks: Sequence[Mark], paint: Paint, width: int) -> list[str]:
    """The output lines of one frame; the first of the marks gives the place in its first line.

    A file without text gives that line alone. `width` is the gutter's, so that the frames of one finding align.
    """
    line, column = lines.position(marks[0].start)
    margin = " " * width
    arrow = f"{margin}{paint('frame', '-->')} {printable(shown_path)}"
    if not lines.text:
        return [arrow]
    bar = paint("frame", "|")
    output = [f"{arrow}:{line}:{column}", f"{margin} {bar}"]
    marked = _by_line(lines, marks)
    before = 0
    for number in sorted(marked):
        if before and number - before > _GAP + 1:
            output.append(paint("frame", "..."))
        elif before:
            output += (_source(lines, between, width, paint) for between in range(before + 1, number))
        output += _marked_line(lines, number, marked[number], width, paint)
        before = number
    return output


def _by_line(lines: Lines, marks: Sequence[Mark]) -> dict[int, list[Mark]]:
    """The marks of each line number; one over many lines becomes one in its first line and one in its last."""
    marked: dict[int, list[Mark]] = {}
    for mark in marks:
        first = lines.position(mark.start)[0]
        last = lines.position(max(mark.start, mark.end - 1))[0]
        if first == last:
            marked.setdefault(first, []).append(mark)
            continue
        end = max(lines.bounds(first)[1], mark.start)
        marked.setdefault(first, []).append(Mark(mark.start, end, "", mark.role, mark.primary))
        start, end = lines.bounds(last)
        text = lines.text[start : mark.end]
        start += len(text) - len(text.lstrip())
        marked.setdefault(last, []).append(Mark(start, min(mark.end, end), mark.label, mark.role, mark.primary))
    return marked


def _source(lines: Lines, number: int, width: int, paint: Paint) -> str:
    """One line of the file as it stands, with its number."""
    start, end = lines.bounds(number)
    return _numbered(number, cells(lines.text[start : min(end, start + _LONG)])[0], width, paint)


def _numbered(number: int, text: str, width: int, paint: Paint) -> str:
    """A source line behind its gutter."""
    return f"{paint('frame', f'{number:>{width}} |')} {text}".rstrip()


def _marked_line(lines: Lines, number: int, marks: Sequence[Mark], width: int, paint: Paint) -> list[str]:
    """One line of the file, and a line with carets or dashes under it for each mark."""
    start, end = lines.bounds(number)
    marks = sorted(marks, key=lambda mark: (not mark.primary, -mark.start))
    left = right = ""
    if end - start > _LONG:
        window = max(start, marks[0].start - _BEFORE), min(end, marks[0].start + _AFTER)
        left = "..." if window[0] > start else ""
        right = "..." if window[1] < end else ""
        start, end = window
    text, columns = cells(lines.text[start:end])
    output = [_numbered(number, f"{left}{text}{right}", width, paint)]
    margin = f"{' ' * width} {paint('frame', '|')} "
    for mark in marks:
        label = f" {printable(mark.label)}" if mark.label else ""
        if not start <= mark.start <= end:  # another place of a long line, outside its window
            output.append(f"{margin}{paint(mark.role, f'column {lines.position(mark.start)[1]}:{label}')}")
            continue
        # A mark may reach over the window's border, or be a line end.
        first = columns[mark.start - start]
        after = columns[max(min(mark.end, end), mark.start) - start]
        sign = ("^" if mark.primary else "-") * max(1, after - first)
        output.append(f"{margin}{' ' * (len(left) + first)}{paint(mark.role, sign + label)}")
    return output
