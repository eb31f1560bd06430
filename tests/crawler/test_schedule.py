"""Units and crontab lines: systemd accepts them, they run the given command, and nothing is installed."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.errors import BadArgument
from crawler.operate.schedule import Schedule, crontab_of, read_at, read_every, units_of
from crawler.operate.unit_text import Times
from crawler.site_files.load import SITES

HOOK = """echo "$(hostname): 100% \\ 'xong'" >> /tmp/alarm"""


def schedule(times: Times, **changes: object) -> Schedule:
    values = {
        "name": "baomau", "sites": "baomau", "command": ("/opt/bao tinh/baotinh", "crawl", "baomau"),
        "archive": "/srv/kho báo", "times": times,
        "user": "luutru", "contact": "luutru@example.org", "hook": HOOK,
    }  # fmt: skip
    return Schedule(**{**values, **changes})  # type: ignore[arg-type]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["schedule", *map(str, arguments)])


def values(unit: str) -> dict[str, list[str]]:
    """Return key → its values."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize(
    ("times", "calendar", "cron"),
    [
        (read_every("15m"), ["*-*-* *:00/15:00"], [r"[\d,]+ \* \* \* \* "]),
        (read_every("1h"), ["*-*-* 00/1:00:00"], [r"\d+ \*/1 \* \* \* "]),
        (read_every("6h"), ["*-*-* 00/6:00:00"], [r"\d+ \*/6 \* \* \* "]),
        (read_at("17:00, 5:30"), ["*-*-* 05:30:00", "*-*-* 17:00:00"], [r"30 5 \* \* \* ", r"0 17 \* \* \* "]),
    ],
)
def test_the_times_of_a_schedule(times: Times, calendar: list[str], cron: list[str]) -> None:
    assert values(units_of(schedule(times))["baotinh-baomau.timer"])["OnCalendar"] == calendar
    lines = [line for line in crontab_of(schedule(times)).splitlines() if not line.startswith("#")]
    assert [bool(re.match(pattern, line)) for pattern, line in zip(cron, lines, strict=True)] == [True] * len(cron)


@pytest.mark.parametrize(
    ("when", "option"),
    [(("--every", "1h"), "--stop-after 54m"), (("--every", "1m"), "--stop-after 1m"), (("--at", "05:30"), "")],
)
def test_a_run_ends_before_its_timer_comes_again(when: tuple[str, str], option: str) -> None:
    (command,) = re.findall(r"^ExecStart=.* crawl baokhanhhoa (.*)--archive", call("baokhanhhoa", *when).output, re.M)
    assert command.strip() == option


@pytest.mark.parametrize("text", ["7m", "0h", "5h", "24h", "90m", "1d", "hourly", ""])
def test_spans_that_do_not_divide_the_day_are_refused(text: str) -> None:
    with pytest.raises(BadArgument, match="12h; or give --at"):
        read_every(text)


@pytest.mark.parametrize("text", ["24:00", "5", "05:30;17:00", "05:30,"])
def test_times_that_no_clock_shows_are_refused(text: str) -> None:
    with pytest.raises(BadArgument, match="05:30,17:00"):
        read_at(text)


def test_a_service_calls_the_crawl_and_a_failure_calls_the_hook() -> None:
    units = units_of(schedule(read_every("1h")))
    service = values(units["baotinh-baomau.service"])
    assert service["ExecStart"] == ['"/opt/bao tinh/baotinh" crawl baomau']
    assert service["OnFailure"] == ["baotinh-baomau-alarm.service"]
    assert service["SuccessExitStatus"] == ["6 130"]
    assert service["Environment"] == ["BAOTINH_CONTACT=luutru@example.org"]
    (command,) = values(units["baotinh-baomau-alarm.service"])["ExecStart"]
    assert shlex.split(command.replace("$$", "$").replace("%%", "%")) == ["/bin/sh", "-c", HOOK]
    timer = values(units["baotinh-baomau.timer"])
    assert (timer["Persistent"], timer["WantedBy"]) == (["true"], ["timers.target"])


@pytest.mark.parametrize(("code", "is_told"), [(0, False), (3, True), (5, True), (6, False), (130, False)])
def test_a_line_for_cron_runs_its_hook_only_for_what_needs_a_look(tmp_path: Path, code: int, is_told: bool) -> None:
    told = tmp_path / "told"
    line = crontab_of(
        schedule(read_at("05:30"), command=("/bin/sh", "-c", f"exit {code}"), hook=f"echo 100% > {told}")
    ).splitlines()[1]
    command = line.split(maxsplit=5)[5].replace(r"\%", "%")  # as cron does
    subprocess.run(["/bin/sh", "-c", command], check=False, timeout=60)
    assert told.exists() == is_told


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze (apt-get install systemd)")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    done = call("baokhanhhoa", "--every", "2h", "--hook", HOOK, "--contact", "a@b.vn", "--into", tmp_path / "units")
    assert done.exit_code == 0, done.output
    units = sorted((tmp_path / "units").iterdir())
    assert [unit.name for unit in units] == [
        "baotinh-baokhanhhoa-alarm.service", "baotinh-baokhanhhoa.service", "baotinh-baokhanhhoa.timer",
    ]  # fmt: skip
    checked = subprocess.run(
        ["systemd-analyze", "verify", *map(str, units)], capture_output=True, text=True, check=False, timeout=60
    )
    about_ours = [line for line in checked.stderr.splitlines() if "baotinh-" in line and "not executable" not in line]
    assert (checked.returncode, about_ours) in ((0, []), (1, [])), checked.stderr
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=40", units[1]],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout[-400:]


def test_units_go_to_stdout_and_how_to_install_them_to_stderr(tmp_path: Path) -> None:
    done = call("baokhanhhoa", "baocantho", "--at", "05:30", "--archive", tmp_path / "news")
    assert done.exit_code == 0
    assert f"crawl baokhanhhoa baocantho --archive {tmp_path / 'news'}\n" in done.stdout
    assert "systemctl enable --now baotinh-sites.timer" in done.stderr
    assert "--hook" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_people_are_told_after_each_crawl_if_the_configuration_says_how(tmp_path: Path) -> None:
    tells = schedule(read_at("05:30"), notify=("/opt/baotinh", "notify", "--archive", "/srv/kho báo"))
    units = units_of(tells)
    service = values(units["baotinh-baomau.service"])
    assert service["OnSuccess"] == ["baotinh-baomau-notify.service"]
    assert service["OnFailure"] == ["baotinh-baomau-alarm.service baotinh-baomau-notify.service"]
    assert values(units["baotinh-baomau-digest.service"])["ExecStart"][0].endswith("--digest")
    assert "RequiresMountsFor" in service
    lines = crontab_of(tells).splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["30", "5"], ["0", "7"]]
    assert "crawl baomau --quiet || " in lines[1]
    assert "; /opt/baotinh notify" in lines[1]


def test_units_of_a_user_are_installed_and_can_be_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "systemctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/called\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    done = call("baokhanhhoa", "--every", "2h", "--user", "--install", "--archive", tmp_path / "news")
    assert done.exit_code == 0, done.output
    folder = tmp_path / "config" / "systemd" / "user"
    assert sorted(path.name for path in folder.iterdir()) == [
        "baotinh-baokhanhhoa.service",
        "baotinh-baokhanhhoa.timer",
    ]
    assert "User=" not in (folder / "baotinh-baokhanhhoa.service").read_text(encoding="utf-8")
    called = (tmp_path / "called").read_text(encoding="utf-8").splitlines()
    assert called == ["--user daemon-reload", "--user enable --now baotinh-baokhanhhoa.timer"]
    assert "To undo it: `systemctl --user disable --now baotinh-baokhanhhoa.timer`" in done.stderr
    again = call("baokhanhhoa", "--every", "1h", "--user", "--install", "--archive", tmp_path / "news")
    assert again.exit_code == 0, again.output
    assert "00/1:00:00" in (folder / "baotinh-baokhanhhoa.timer").read_text(encoding="utf-8")
    program.write_text("#!/bin/sh\necho no medium found >&2; exit 1\n", encoding="utf-8")
    failed = call("baocantho", "--every", "2h", "--user", "--install", "--archive", tmp_path / "news")
    assert (failed.exit_code, "no medium found" in failed.stderr) == (3, True)
    assert "--format cron" in failed.stderr


WRONG = {
    "no time": (("baokhanhhoa",), "--every SPAN or --at TIMES"),
    "both": (("baokhanhhoa", "--every", "1h", "--at", "05:30"), "--every SPAN or --at TIMES"),
    "no site": (("--every", "1h"), "name sites"),
    "unknown": (("baokhanhoa", "--every", "1h"), "did you mean"),
    "name": (("baokhanhhoa", "--every", "1h", "--name", "../x"), "letters, digits"),
    "contact": (("baokhanhhoa", "--every", "1h", "--contact", "me"), "mail address"),
    "install": (("baokhanhhoa", "--every", "1h", "--install"), "--install goes with --user"),
    "cron": (("baokhanhhoa", "--every", "1h", "--user", "--format", "cron"), "--user is for systemd"),
    "hook": (("baokhanhhoa", "--every", "1h", "--hook", "a\nb"), "one line"),
}


@pytest.mark.parametrize(("arguments", "says"), WRONG.values(), ids=WRONG)
def test_wrong_calls_are_sentences(arguments: tuple[str, ...], says: str) -> None:
    done = call(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr


@pytest.mark.parametrize("sign", ["\n", "\r", "\x0b", "\x1b", "\x7f", "\x85", "\udcff"], ids=ascii)
@pytest.mark.parametrize("form", ["systemd", "cron"])
@pytest.mark.parametrize("where", ["--archive", "--site-file", "--hook"])
def test_a_control_character_reaches_no_unit(tmp_path: Path, where: str, form: str, sign: str) -> None:
    folder = tmp_path / f"x{sign}* * * * * rm -r"
    folder.mkdir()
    (folder / "baokhanhhoa.toml").write_bytes((SITES / "baokhanhhoa.toml").read_bytes())
    value = {"--archive": folder / "news", "--site-file": folder / "baokhanhhoa.toml", "--hook": folder.name}[where]
    names = () if where == "--site-file" else ("baokhanhhoa",)
    before = sorted(tmp_path.iterdir())
    arguments = (*names, "--at", "05:30", "--format", form, where, value, "--into", tmp_path / "units")
    done = call(*arguments)
    assert (done.exit_code, "line" in done.stderr, done.stdout) == (2, True, "")
    assert sorted(tmp_path.iterdir()) == before


def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "baotinh-baokhanhhoa.timer").symlink_to(tmp_path / "elsewhere")
    done = call("baokhanhhoa", "--every", "1h", "--into", tmp_path)
    assert (done.exit_code, (tmp_path / "elsewhere").exists()) == (2, False)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "baotinh-baokhanhhoa.timer").write_text("mine", encoding="utf-8")
    done = call("baokhanhhoa", "--every", "1h", "--into", tmp_path)
    assert (done.exit_code, "exists already" in done.stderr) == (2, True)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("form", ["systemd", "cron"])
def test_a_newspaper_on_a_private_network_can_be_scheduled(form: str) -> None:
    words = ["schedule", "baokhanhhoa", "--at", "05:30", "--format", form, "--allow-private"]
    assert "crawl baokhanhhoa --allow-private" in CliRunner().invoke(main, words).stdout
