"""The `kg` command: parse the arguments, call the library once, write the answer.

Each command is a function that handles its arguments and nothing else. Answers go to
standard output in UTF-8, everything else to standard error. Exit status: 0 if the work was done
(sources that could not be read are named), 1 if nothing could be done, 2 for wrong usage. The
library is imported inside the commands, so that `kg --help` is immediate.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from kg.cli.app import app
from kg.errors import ExportError, KGError, QueryError
from kg.text.filenames import decoded

__all__ = ["app", "main"]

# Importing these modules adds their commands to the application, in the order shown by `kg --help`
for _commands in ("articles", "corrections", "questions", "comparing", "files", "serving"):
    import_module(f"kg.cli.{_commands}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Args:
        arguments: The words typed after `kg`; those of the process if None.
    """
    from kg import terminal

    terminal.speak_utf8()
    # tables and models are hundreds of thousands of permanent objects; do not traverse them again and again
    gc.set_threshold(200_000, 20, 20)
    typed = list(sys.argv[1:] if arguments is None else arguments)
    # decode words whose bytes the locale cannot read; a file is opened by its original name
    typed = [word if word.isascii() or os.path.lexists(word) else decoded(word) for word in typed]
    try:
        status = app(args=typed or ["--help"], prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        terminal.warn(f"kg: {terminal.one_line(error.format_message())}{_hint(typed)}")
        return 2
    except KGError as error:
        terminal.warn(f"kg: {error}")
        # a format or question that does not exist is an error of usage, not of the data
        return 2 if isinstance(error, ExportError | QueryError) and error.valid else 1
    except (KeyboardInterrupt, typer.Abort):
        terminal.warn("kg: interrupted")
        return 130
    except SystemExit as leaving:
        # typer exits this way when the reader of its output (head, less) is gone
        return leaving.code if isinstance(leaving.code, int) else 1
    except BrokenPipeError:
        # the reader (head, less) is gone; give the interpreter's last flush somewhere to write
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except UnicodeEncodeError as error:
        name = terminal.one_line(str(error.object))
        said = f"cannot be a file's name in this locale ({error.encoding}); set LC_ALL=C.UTF-8"
        terminal.warn(f"kg: {name}: {said}")
        return 1
    except MemoryError:
        terminal.warn("kg: there is not enough memory")
        return 1
    except OSError as error:
        terminal.warn(f"kg: {error.filename or 'input or output'}: {error.strerror or error}")
        return 1
    if status == 130:
        terminal.warn("kg: interrupted")
    if not typed:
        return 2
    return status if isinstance(status, int) else 0


def _hint(typed: Sequence[str]) -> str:
    known = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    command = next((word for word in typed if word in known), "")
    return f" (see kg {command} --help)" if command else " (see kg --help)"
