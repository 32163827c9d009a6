"""The root command: finds the verb or the loss word that a command line begins with, and shows all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from losscli.cli import completion
from losscli.losses import catalogue
from losscli.recipe.sizes import completed

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

HELP_OPTIONS = ("-h", "--help", "--version")


class Root(click.Group):
    """The program: verbs such as `list`, and drawings, whose verb `draw` may be left out."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `draw` before a first word that is no verb, and `auto` after a --size of one word."""
        args = completed(args)
        if args and args[0] not in (*self.commands, *HELP_OPTIONS):
            args = ["draw", *args]
        return super().parse_args(ctx, args)

    def verbs(self) -> list[str]:
        """Return the verbs that are shown: all but `draw`."""
        return [name for name, command in self.commands.items() if not command.hidden]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a verb, or of a loss for help and completion."""
        draw = self.commands["draw"]
        found = super().get_command(ctx, cmd_name)
        return draw.get_command(ctx, cmd_name) if not found and isinstance(draw, click.Group) else found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return verbs and losses, or the options that may stand before them."""
        if incomplete.startswith("-"):
            found = [*super().shell_complete(ctx, incomplete), *self.commands["draw"].shell_complete(ctx, incomplete)]
            return list({item.value: item for item in found}.values())
        verbs = [(verb, self.commands[verb].get_short_help_str(80)) for verb in self.verbs()]
        return [*completion.items(verbs, incomplete), *completion.losses(incomplete)]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs and the losses."""
        return [*self.verbs(), *catalogue()]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs, then the losses by family, one per line."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, self.commands[verb].get_short_help_str(80)) for verb in self.verbs()])
        width = max(map(len, catalogue()))
        families: dict[str, list[tuple[str, str]]] = {}
        for loss in catalogue().values():
            families.setdefault(loss.family.name, []).append((loss.name, loss.summary))
        for family, rows in families.items():
            with formatter.section(f"Losses: {family}"):
                for name, summary in rows:
                    formatter.write(f"  {name:<{width}}  {summary}\n")
