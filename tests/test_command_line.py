"""The command line, from outside: what it prints, where, and with which exit code."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.archive import load_chronicle
from bot.settings import SETTINGS
from store import Store

ROOT = Path(__file__).resolve().parents[1]

DISPATCH = {
    "id": 7,
    "title": "Press Statement by Vice Department Director of C.C., WPK Kim Yo Jong",
    "text": "Pyongyang, June 22 (KCNA) -- Kim Yo Jong, vice department director of the Central Committee of the "
    "Workers' Party of Korea, released the following press statement on Tuesday:\n"
    "It seems that the US may interpret the situation in such a way as to seek a comfort for itself. "
    "The expectation, which they chose to harbor the wrong way, would plunge them into a greater disappointment. -0-",
    "date": "2021-06-22",
    "source": "KCNA",
    "url": "http://kcna.invalid/1",
}
RAIN = {
    "id": "r",
    "title": "Rain in Busan",
    "text": "Heavy rain is expected.",
    "published": "2021-06-22T08:00:00+09:00",
}

KEYS = {
    *("speaker", "side", "authority", "authority_certain", "channel", "date_made", "audience", "stance", "threat"),
    *("tone", "gestures", "themes", "demands", "offers", "formulas", "coverage", "new", "quotes", "evidence"),
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A database with the shipped history in it, to be copied: loading it takes a second each time."""
    file = tmp_path_factory.mktemp("loaded") / "briefbot.db"
    with Store.open(file) as store:
        load_chronicle(store)
    return file


@pytest.fixture
def run(tmp_path, monkeypatch, loaded):
    """Run the command line in a folder with a database and one feed configured; gives the result."""
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - {id: one, address: 'http://127.0.0.1:9/feed', outlet: One}\n")
    shutil.copy(loaded, tmp_path)

    def running(*arguments: str, stdin: str = ""):
        return CliRunner().invoke(main, [*arguments], input=stdin, catch_exceptions=False)

    return running


def lines(text: str) -> list[dict[str, object]]:
    """JSON Lines as objects."""
    return [json.loads(line) for line in text.splitlines()]


def test_every_command_explains_itself(run):
    """``--help`` works on the program and on each of its commands."""
    assert run("--help").exit_code == 0
    for name in main.commands:
        answer = run(name, "--help")
        assert answer.exit_code == 0
        assert len(answer.stdout.splitlines()) > 3, name


def test_code_gives_one_line_for_each_item(run):
    """The ids pass through, and a statement has all the codebook's keys."""
    answer = run("code", stdin=json.dumps(DISPATCH) + "\n\n" + json.dumps(RAIN) + "\n")

    spoken, rain = lines(answer.stdout)
    assert answer.exit_code == 0
    assert (spoken["id"], rain["id"]) == (7, "r")
    assert (rain["relevant"], rain["carries"], rain["statements"]) == (False, "none", [])
    [statement] = spoken["statements"]
    assert set(statement) >= KEYS
    assert (statement["speaker"], statement["date_made"], statement["coverage"]) == (
        "kim-yo-jong",
        "2021-06-22",
        "full",
    )


def test_code_proves_every_quotation(run):
    """Each quotation stands in the text at the place that is given for it."""
    [row] = lines(run("code", stdin=json.dumps(DISPATCH)).stdout)

    quotes = row["statements"][0]["quotes"]
    assert quotes
    assert all(DISPATCH["text"][quote["start"] : quote["end"]] == quote["words"] for quote in quotes)


def test_code_refuses_a_wrong_line_and_goes_on(run):
    """A broken line is told by its number on standard error, the others are coded, the exit code is 1."""
    answer = run("code", stdin="{broken\n" + json.dumps({"title": "no date"}) + "\n" + json.dumps(RAIN) + "\n")

    assert answer.exit_code == 1
    assert [row["id"] for row in lines(answer.stdout)] == ["r"]
    assert "line 1: not JSON" in answer.stderr
    assert "line 2:" in answer.stderr


def test_code_explains(run):
    """``--explain`` shows the words behind a label and the rule that gave it."""
    answer = run("code", "--explain", stdin=json.dumps(DISPATCH))

    assert "kim-yo-jong" in answer.stdout
    assert "stance us rejects" in answer.stdout
    assert "[" in answer.stdout


def test_code_explains_the_text_line_by_line(run):
    """Under each line of the text stand the judgements whose words begin in it, with place and rule."""
    answer = run("code", "--explain", stdin=json.dumps(DISPATCH))
    told = answer.stdout.split("  text\n", 1)[1].splitlines()

    assert [line.removeprefix("    | ") for line in told if line.startswith("    | ")] == [
        line for line in DISPATCH["text"].split("\n") if line.strip()
    ]
    assert any(line.startswith("    ^ ") and "stance us rejects" in line for line in told)


def test_evaluate_tells_figures_and_mistakes(run, tmp_path):
    """A labelled file gives figures for people and for programs; one that is none is refused in plain words."""
    labels = {"relevant": True, "carries": "statement", "statements": [], "not_statements": [], "cluster": None}
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({**DISPATCH, "id": "one", "gold": labels}))
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("{}")

    assert "news relevance" in run("evaluate", str(gold)).stdout
    assert json.loads(run("evaluate", str(gold), "--json").stdout)["items"] == 1
    assert "line 1" in run("evaluate", str(wrong)).stderr


def test_ask_answers_in_words_and_in_json(run):
    """One lookup from a script, for people and for programs."""
    words = run("ask", "/statement kim-yo-jong since:2021-06 until:2021-06")
    data = run("ask", "/statement kim-yo-jong since:2021-06 until:2021-06", "--json")

    assert words.exit_code == data.exit_code == 0
    assert "S-2021-0622-" in words.stdout
    assert "S-2021-0622-" in json.dumps(json.loads(data.stdout))


def test_a_misunderstood_question_is_told_on_standard_error(run):
    """The exit code is 1 and standard output stays empty for whatever reads it."""
    answer = run("ask", "/statement nobody-at-all-here")

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr


def test_digest_of_a_day(run):
    """``digest --date`` is the digest command."""
    answer = run("digest", "--date", "2021-06-22")

    assert answer.exit_code == 0
    assert "22 June 2021" in answer.stdout


def test_poll_tells_each_feed_as_json(run):
    """A round in which every feed failed ends with 1, and says why of each."""
    answer = run("--log-level", "error", "poll", "--once", "--json")

    [outcome] = lines(answer.stdout)
    assert (answer.exit_code, outcome["source"], outcome["status"]) == (1, "one", "failed")
    assert "BRIEFBOT_ALLOWED_HOSTS" in outcome["error"]


def test_import_takes_items_and_says_what_it_did(run, tmp_path):
    """An archive of items becomes statements; a second time everything is a copy."""
    archive = tmp_path / "archive.jsonl.gz"
    with gzip.open(archive, "wt") as file:
        file.write(json.dumps(DISPATCH) + "\n" + json.dumps(RAIN) + "\n")

    first, second = run("import", str(archive)), run("import", str(archive))

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "2 items" in first.stdout
    assert "2 copies" in second.stdout


def test_import_refuses_wrong_rows_by_line(run, tmp_path):
    """The rest is taken in; the wrong row's number and fault are told; the exit code is 1."""
    archive = tmp_path / "archive.jsonl"
    archive.write_text(json.dumps(RAIN) + "\n[]\n" + json.dumps({"speaker": "kim-yo-jong"}) + "\n")

    answer = run("import", str(archive))

    assert answer.exit_code == 1
    assert "1 items" in answer.stdout
    assert "line 2: not a JSON object" in answer.stderr
    assert "line 3: no chronicle record" in answer.stderr


def test_a_missing_archive_is_named(run):
    """No traceback for a wrong path."""
    answer = run("import", "nowhere.jsonl")

    assert answer.exit_code == 1
    assert "nowhere.jsonl" in answer.stderr


def test_what_is_exported_can_be_imported_again(run, tmp_path):
    """An export into a second database changes nothing there."""
    out = tmp_path / "out.jsonl"

    assert run("export", str(out)).exit_code == 0
    answer = run("--db", "other.db", "import", str(out))

    assert answer.exit_code == 0
    assert "new statements" not in answer.stdout
    run("--db", "other.db", "export", str(tmp_path / "again.jsonl"))
    assert (tmp_path / "again.jsonl").read_text() == out.read_text()


@pytest.mark.parametrize("file", ["nowhere/out.jsonl", "full"])
def test_an_export_that_cannot_be_written_is_told_in_one_line(run, tmp_path, file):
    """A folder that is not there, or a disk that is full: the file is named, and there is no traceback."""
    if file == "full":
        (tmp_path / file).symlink_to("/dev/full")

    answer = run("export", file)

    assert answer.exit_code == 1
    assert answer.stderr.startswith(f"briefbot: {file} cannot be written: ")
    assert answer.stderr.count("\n") == 1


def test_an_interval_longer_than_any_calendar_is_told_in_one_line(run, monkeypatch):
    """The settings' exit code and the variable's name, not an overflow."""
    monkeypatch.setenv("BRIEFBOT_INTERVAL", "99999999999999d")

    answer = run("ask", "/status")

    assert answer.exit_code == 4
    assert answer.stderr.startswith("briefbot: BRIEFBOT_INTERVAL: '99999999999999d' is too long")


def test_doctor_says_what_to_do(run, tmp_path):
    """Faults in the feeds file are named by line, and make the exit code 1."""
    assert run("doctor").exit_code == 0
    (tmp_path / "feeds.yaml").write_text(
        "feeds:\n  - {id: one, address: 'http://127.0.0.1:9/', outlet: One, kind: gopher}\n"
    )

    answer = run("doctor")

    assert answer.exit_code == 1
    assert "line 2" in answer.stdout
    assert "->" in answer.stdout


def test_the_health_check_needs_a_database(run):
    """``doctor --quick`` fails before the first start and succeeds after it."""
    assert run("--db", "none.db", "doctor", "--quick").exit_code == 3
    assert run("doctor", "--quick").exit_code == 0


def test_a_file_that_is_no_database_is_named(run, tmp_path):
    """The database's exit code, and words instead of a traceback."""
    (tmp_path / "briefbot.db").write_bytes(b"This is no database at all, but a letter." * 50)

    answer = run("ask", "/status")

    assert answer.exit_code == 3
    assert "briefbot.db" in answer.stderr


def test_a_newer_database_is_left_alone(run, tmp_path):
    """A file of a later version is refused in words and not touched."""
    file = sqlite3.connect(tmp_path / "briefbot.db")
    file.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('briefbot', 'm999_x', '')")
    file.commit()
    file.close()

    answer = run("ask", "/status")

    assert answer.exit_code == 3
    assert "newer" in answer.stderr


def test_a_wrong_setting_names_its_flag(run):
    """The settings' exit code, and what would be right."""
    answer = run("--log-level", "loud", "ask", "/status")

    assert answer.exit_code == 4
    assert "debug" in answer.stderr


def test_a_missing_feeds_file_is_named(run, tmp_path):
    """Polling without a list of feeds cannot start, and says which file it looked for."""
    (tmp_path / "feeds.yaml").unlink()

    answer = run("poll", "--once")

    assert answer.exit_code == 4
    assert "feeds.yaml" in answer.stderr


def test_run_keeps_polling_when_nobody_is_there_and_stops_when_asked(tmp_path):
    """With its input closed it goes on until SIGTERM, then ends cleanly; started again it goes on from there."""
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - {id: one, address: 'http://127.0.0.1:9/feed', outlet: One}\n")
    command = [sys.executable, "-m", "bot", "run"]
    environment = {"PYTHONPATH": str(ROOT), "BRIEFBOT_TICK": "1s", "PATH": "/usr/bin:/bin"}
    for _ in range(2):
        with subprocess.Popen(  # noqa: S603  our own program
            command, cwd=tmp_path, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stdin is not None
            process.stdin.write("/status\n")
            process.stdin.close()
            assert process.stderr is not None
            told = []
            for line in process.stderr:
                told.append(line)
                if "polling goes on" in line:
                    break
            process.terminate()
            assert process.wait(timeout=20) == 0
            assert process.stdout is not None
            assert "784" in process.stdout.read(), "".join(told)
