"""The errors of the crawler that a user can meet.

Each message says what is wrong, where, and what to run next. Any other exception is a fault of the program.
"""

import shlex
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from archive import ExitCode, Refusal, counted, phrase, words_of


class CrawlerError(Exception):
    """What a command prints without a traceback before it ends with `exit_code`; `lines` are its message."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


class UnknownSite(CrawlerError):
    """No site file has this name. Raised by `Catalogue.find`."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            phrase(
                'unknown site "{name}"{hint}; `baotinh sites` lists all of them',
                name=name,
                hint=did_you_mean(name, known),
            )
        )


class UnusableSiteFile(CrawlerError):
    """The only file of a site is one of the archive that does not count. Raised by `Catalogue.find`."""

    def __init__(self, path: Path, obstacle: str) -> None:
        super().__init__(phrase("{path} does not count: {obstacle}", path=path, obstacle=obstacle))


class NoOwnSiteFile(CrawlerError):
    """The archive has no site file of this name. Raised by `baotinh sites --trust`."""

    def __init__(self, path: Path) -> None:
        super().__init__(phrase("{path} does not exist: only a site file of the archive can be trusted", path=path))


class UnknownAddress(CrawlerError):
    """No site file has the host of an address. Raised by `baotinh crawl URL`."""

    def __init__(self, url: str) -> None:
        super().__init__(
            phrase(
                "no site file has the host of {url}: propose one with `{command}`, then give it with --site-file",
                url=url,
                command=_command("new-site", url),
            )
        )


class NoArticleAddress(CrawlerError):
    """An address is not an article by its site's patterns. Raised by `baotinh crawl URL`."""

    def __init__(self, url: str, site: str) -> None:
        super().__init__(
            phrase(
                "{url} is not an article by the patterns of {site}; `{why}` says more, "
                "`{extract}` shows how it is read",
                url=url,
                site=site,
                why=_command("why", url),
                extract=_command("extract", url),
            )
        )


class NeverCrawled(CrawlerError):
    """The archive has no run of a site. Raised by `baotinh health`."""

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(
            phrase(
                "{name} was never crawled into {folder}: run `{command}`",
                name=name,
                folder=folder,
                command=_command("crawl", name),
            )
        )


class SharedHost(CrawlerError):
    """Two sites with the same host were to be crawled at the same time: both would send requests to it."""

    def __init__(self, host: str, first: str, second: str) -> None:
        super().__init__(
            phrase(
                "{host} is a host of {first} and of {second}: crawl one of them, or one after the other",
                host=host,
                first=first,
                second=second,
            )
        )


class BadArgument(CrawlerError):
    """A value that a command or a spider cannot use."""

    def __init__(self, name: str, value: str, *, wanted: str) -> None:
        super().__init__(phrase('{name}: "{value}" is not {wanted}', name=name, value=value, wanted=wanted))


class UnreadableFile(CrawlerError):
    """A file that a command should read does not exist, is a folder, or cannot be read (`error`)."""

    def __init__(self, path: Path, *, wanted: str = phrase("file"), error: OSError | None = None) -> None:
        if error is None or isinstance(error, (FileNotFoundError, IsADirectoryError, NotADirectoryError)):
            found = phrase("is a folder") if path.is_dir() else phrase("does not exist")
            said = phrase("{found}; give the path of a {wanted}", found=found, wanted=wanted)
        else:
            said = phrase("cannot be read: {finding}", finding=words_of(error))
        super().__init__(phrase("{path} {said}", path=path, said=said))


class PageUnreachable(CrawlerError):
    """One page that was requested by its address did not come."""

    exit_code = ExitCode.NO_ANSWER

    def __init__(self, url: str, refusal: Refusal, *, led_to: str | None = None) -> None:
        self.refusal = refusal
        way_out = phrase("give the file with --url {url}", url=shlex.quote(url))
        instead = (
            phrase("ask for {led_to} itself", led_to=led_to)
            if led_to
            else phrase("save it in a browser and {way_out}", way_out=way_out)
        )
        super().__init__(
            phrase(
                "{url} did not come ({reason}: {detail}); {instead}",
                url=url,
                reason=refusal.reason,
                detail=refusal.detail,
                instead=instead,
            )
        )


class Interrupted(CrawlerError):
    """The user ended a visit before it was complete."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self) -> None:
        super().__init__(phrase("interrupted: the visit did not come to its end, and nothing is reported of it"))


class PrivateAddress(CrawlerError):
    """A host of the reader's own network: a crawl goes there only with --allow-private."""

    def __init__(self, url: str) -> None:
        super().__init__(phrase("{url} is on a private network; add --allow-private if you mean it", url=url))


class NoContact(CrawlerError):
    """A crawl of public hosts has no contact for the outlets."""

    def __init__(self, site: str) -> None:
        super().__init__(
            phrase(
                "{site} is on public hosts, and requests to them must say who sends them: give --contact "
                "you@example.org or a web address, or set BAOTINH_CONTACT; it is sent in the User-Agent",
                site=site,
            )
        )


class NoAddress(CrawlerError):
    """A saved page does not declare the address that it came from."""

    def __init__(self, name: str) -> None:
        super().__init__(phrase("{name} does not declare its own address; give --url once for each file", name=name))


class DifferentOutlets(CrawlerError):
    """Pages of several hosts were given for one site file."""

    def __init__(self, hosts: Sequence[str]) -> None:
        super().__init__(
            phrase("the pages are of different outlets: {hosts}; run the command once for each", hosts=", ".join(hosts))
        )


class NoArticle(CrawlerError):
    """None of the given pages is an article, so no site file can be proposed from them."""

    exit_code = ExitCode.LESS_THAN_EXPECTED

    def __init__(self, findings: Sequence[str], offered: Sequence[str] = ()) -> None:
        lines = ("  " + each for each in findings)
        wanted = phrase("give one or two articles") + (
            phrase(", perhaps of these that the pages link to:") if offered else ""
        )
        links = (f"  {each}" for each in offered)
        super().__init__(phrase("none of the pages is an article:"), *lines, wanted, *links)


class FileExists(CrawlerError):
    """A file that would be written exists already."""

    def __init__(self, path: Path, *, instead: str = phrase("give another --name or --into")) -> None:
        super().__init__(phrase("{path} exists already; nothing was written: {instead}", path=path, instead=instead))


class NotWritable(CrawlerError):
    """A file cannot be written."""

    def __init__(self, path: Path, finding: str, *, instead: str = phrase("give another --into")) -> None:
        super().__init__(
            phrase("{path} cannot be written: {finding}; {instead}", path=path, finding=finding, instead=instead)
        )


class FolderNotEmpty(CrawlerError):
    """A folder for new files is not empty."""

    def __init__(self, path: Path) -> None:
        super().__init__(phrase("{path} is not empty: give a new folder, so that nothing is overwritten", path=path))


class SampleSitePortInUse(CrawlerError):
    """The bundled sample site cannot be served: another program listens there."""

    def __init__(self, port: int) -> None:
        super().__init__(
            phrase(
                "port {port} is in use; stop that program or run `baotinh demo --port {other}`",
                port=port,
                other=port + 1,
            )
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a site or platform file, or in a configuration."""

    path: Path
    line: int | None
    """Counted from 1; None if the problem is not in one line."""
    text: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: " + self.text


class BadSiteFile(CrawlerError):
    """Site or platform files with mistakes; the message lists every problem of every file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (str(problem.path), problem.line or 0)))
        super().__init__(
            counted("{n} problem in site files:", "{n} problems in site files:", n=len(problems)),
            *("  " + str(problem) for problem in self.problems),
            phrase("docs/site-files.md explains the keys; `baotinh check-sites` checks them again"),
        )


class NotSent(CrawlerError):
    """A message, or a ping, that did not go out in some way. What reached nobody is sent again by the next `notify`."""

    exit_code = ExitCode.LESS_THAN_EXPECTED

    def __init__(self, failures: Sequence[str]) -> None:
        super().__init__(*(phrase("not sent: {failure}", failure=failure) for failure in failures))


class NoBrowser(CrawlerError):
    """The extra `[browser]` or a Chromium is missing. Raised by `baotinh probe --browser`."""

    def __init__(self) -> None:
        super().__init__(
            phrase("no browser: run `pip install 'baotinh[browser]'`, and install chromium of your distribution")
        )


class NotInstalled(CrawlerError):
    """Units were written, but systemd did not take them."""

    exit_code = ExitCode.LESS_THAN_EXPECTED

    def __init__(self, folder: Path, command: Sequence[str], finding: str) -> None:
        super().__init__(
            phrase(
                "the units are in {folder}, but `{command}` failed: {finding}; log in as this user, not by `su` or "
                "`sudo`, and run the same command again; on a machine without systemd use --format cron",
                folder=folder,
                command=shlex.join(command),
                finding=finding,
            )
        )


class BadConfiguration(CrawlerError):
    """Files `baotinh.toml` with mistakes; the message lists every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            *map(str, problems), phrase("docs/configuration.md explains the keys; `baotinh config` shows what counts")
        )


class BadCluster(CrawlerError):
    """A file `cluster.toml` with mistakes; the message lists every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*map(str, problems), phrase("docs/scale.md explains the keys"))


class NoBroker(CrawlerError):
    """Redis does not answer. Raised by the commands of a cluster that need the queue."""

    exit_code = ExitCode.NO_ANSWER

    def __init__(self, address: str, finding: str) -> None:
        super().__init__(
            phrase(
                "no answer from Redis at {address}: {finding}; start it, or correct `broker` in cluster.toml. "
                "No article is lost: the next tick makes the queue again",
                address=address,
                finding=finding,
            )
        )


class NotRead(CrawlerError):
    """No job could read a WARC file of a shard. Said by `baotinh cluster reparse --wait`."""

    exit_code = ExitCode.FAULT

    def __init__(self, shard: str, warc: str) -> None:
        super().__init__(
            phrase(
                "{warc} of {shard} was not read: all of its jobs failed; `{command}` says why",
                warc=warc,
                shard=shard,
                command=_command("cluster", "status"),
            )
        )


class BeingCrawled(CrawlerError):
    """A job of a site runs, so the site cannot move now."""

    exit_code = ExitCode.BUSY

    def __init__(self, site: str, shard: str) -> None:
        super().__init__(
            phrase(
                "a job of {site} runs: run `{drain}`, wait until it has ended, and move the site again",
                site=site,
                drain=_command("cluster", "drain", shard),
            )
        )


def _command(*words: str) -> str:
    return shlex.join(("baotinh", *words))


def check_file(path: Path, *, wanted: str = phrase("file")) -> None:
    """Raise UnreadableFile if there is no such file, or if its folder may not be entered."""
    try:
        is_file = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        raise UnreadableFile(path, wanted=wanted, error=error) from error
    if not is_file:
        raise UnreadableFile(path, wanted=wanted)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ', did you mean "…"?' with the nearest known word, or "" if none is near."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return phrase(', did you mean "{name}"?', name=by_lower[near[0]]) if near else ""
