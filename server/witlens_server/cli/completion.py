"""Prints a script by which bash completes commands, options and their values; the rest is names of files.

source <(witlens completion bash)
"""

from __future__ import annotations

import shlex
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from witlens_server.cli.arguments import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Declares the arguments of `witlens completion`."""
    parser.add_argument("shell", metavar="SHELL", choices=("bash",), help="the shell: %(choices)s")


def run(options: Namespace) -> int:
    """Writes the script."""
    sys.stdout.write(_bash())
    return 0


def _bash() -> str:
    """The script, made from the parsers of all commands, so that it cannot differ from them."""
    from witlens_server.cli.main import COMMANDS, parser_of

    words: list[str] = []
    values: list[str] = []
    for command in COMMANDS:
        parser = parser_of(command)
        words.append(f"    {command}) words={shlex.quote(' '.join(parser.option_words()))} ;;")
        for names, choices in parser.option_choices():
            pattern = "|".join(f"{command}:{name}" for name in names)
            values.append(f"    {pattern}) values={shlex.quote(' '.join(choices))} ;;")
    return _BASH.format(commands=" ".join(COMMANDS), words="\n".join(words), values="\n".join(values))


# A word such as --format=json reaches bash as three, so `=` before the cursor is looked through.
_BASH = """\
_witlens() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words="" values=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{commands} --help --version' -- "$current"))
    return
  fi
  if [ "$current" = "=" ]; then
    current=""
  elif [ "$before" = "=" ]; then
    before=${{COMP_WORDS[COMP_CWORD-2]}}
  fi
  case "${{COMP_WORDS[1]}}:$before" in
{values}
  esac
  case "${{COMP_WORDS[1]}}" in
{words}
  esac
  if [ -n "$values" ]; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
  elif [ "${{current:0:1}}" = "-" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}}
complete -o default -F _witlens witlens
"""
