"""A mail's words as plain text, and as HTML for mail programs: tables, inline styles, nothing fetched, no script."""

from collections.abc import Iterator
from html import escape
from string import Template

from domain.mail_words import ARROW, Way, Words

_INK, _FAINT, _PAPER, _BEHIND, _EDGE = "#1f2933", "#5b6773", "#ffffff", "#eef1f4", "#d7dde3"
_ACCENT, _TINT = "#0b6b62", "#e6f4f1"
_FACE = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_CODE = "font-family:Consolas,Menlo,'DejaVu Sans Mono',monospace;font-size:14px"
_WRAP = "overflow-wrap:anywhere;word-break:break-word"
_BARE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"'
_PAGE = Template(f"""\
<!doctype html>
<html lang="es-CO">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>$subject</title>
<style>
@media (prefers-color-scheme: dark) {{
.behind {{ background:#11161b !important }}
.paper {{ background:#1b2229 !important; border-color:#36414b !important }}
.ink, .ink td {{ color:#e6ebef !important }}
.faint, td.faint {{ color:#a9b4be !important }}
.tint {{ background:#12332f !important }}
.accent {{ color:#7fd6c9 !important }}
.edge {{ border-color:#36414b !important }}
}}
</style>
</head>
<body class="behind" style="margin:0;padding:0;background:{_BEHIND}">
<table {_BARE} width="100%" class="behind" style="background:{_BEHIND}">
<tr><td align="center" style="padding:16px 8px">
<table {_BARE} width="600" class="paper" \
style="width:100%;max-width:600px;background:{_PAPER};border:1px solid {_EDGE};border-top:4px solid {_ACCENT}">
<tr><td class="ink" style="padding:24px 20px;color:{_INK};{_FACE};font-size:16px;line-height:1.5;{_WRAP}">
<h1 class="accent" style="margin:0 0 16px;color:{_ACCENT};font-size:20px;line-height:1.3">$subject</h1>
$body
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
""")


def text(words: Words) -> str:
    """Blocks with a blank line between them; a way through menus on one line."""
    blocks = (
        words.greeting,
        *words.told,
        "\n".join(f"{name}: {value}" for name, value in words.facts),
        "\n".join([words.found, *(f"- {reason}" for reason in words.reasons)]) if words.reasons else "",
        "\n".join(words.lines),
        "\n".join(filter(None, (words.todo, words.until))),
        "\n".join(f"{way.told} {ARROW.join(way.steps)}".rstrip() for way in words.ways),
        "\n".join(f"{what}: {command}" for what, command in words.commands),
        *words.also,
        words.signed,
    )
    return "\n\n".join(filter(None, blocks))


def html(words: Words) -> str:
    return _PAGE.substitute(subject=escape(words.subject), body="\n".join(_blocks(words)))


def _blocks(words: Words) -> Iterator[str]:
    for paragraph in filter(None, (words.greeting, *words.told)):
        yield _paragraph(paragraph)
    if words.facts:
        yield _facts(words.facts)
    if words.reasons:
        yield _paragraph(words.found, below=4)
        yield _list("ul", words.reasons)
    if words.lines:
        yield _list("ul", words.lines)
    yield _todo(words.todo, words.until)
    for way in words.ways:
        yield from _way(way)
    if words.commands:
        yield _commands(words.commands)
    for paragraph in words.also:
        yield _paragraph(paragraph)
    if words.signed:
        yield f'<p class="faint" style="margin:0;color:{_FAINT}">{escape(words.signed)}</p>'


def _paragraph(said: str, below: int = 16) -> str:
    return f'<p style="margin:0 0 {below}px">{escape(said)}</p>'


def _list(tag: str, entries: tuple[str, ...]) -> str:
    inner = "".join(f'<li style="margin:0 0 6px">{escape(entry)}</li>' for entry in entries)
    return f'<{tag} style="margin:0 0 16px;padding-left:28px">{inner}</{tag}>'


def _way(way: Way) -> Iterator[str]:
    yield _paragraph(way.told, below=4 if way.steps else 16)
    if way.steps:
        yield _list("ol", way.steps)


def _todo(todo: str, until: str) -> str:
    """What everything else is about."""
    due = f'<br><span style="font-weight:normal">{escape(until)}</span>' if until else ""
    box = f"padding:12px 16px;background:{_TINT};border-left:4px solid {_ACCENT};font-weight:bold"
    return (
        f'<table {_BARE} width="100%" style="margin:0 0 16px"><tr>'
        f'<td class="tint" style="{box}">{escape(todo)}{due}</td></tr></table>'
    )


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    edge = f"border-bottom:1px solid {_EDGE};vertical-align:top"
    rows = "".join(
        f'<tr><td class="faint edge" width="96" style="padding:6px 12px 6px 0;color:{_FAINT};{edge}">'
        f'{escape(name)}</td><td class="edge" style="padding:6px 0;{edge}">{escape(value)}</td></tr>'
        for name, value in facts
    )
    return f'<table cellpadding="0" cellspacing="0" border="0" width="100%" style="margin:0 0 16px">{rows}</table>'


def _commands(commands: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(
        f'<p style="margin:0 0 10px"><span class="faint" style="color:{_FAINT}">{escape(what)}</span><br>'
        f'<code style="{_CODE};{_WRAP}">{escape(command)}</code></p>'
        for what, command in commands
    )
