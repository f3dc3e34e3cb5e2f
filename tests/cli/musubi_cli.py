"""What the tests of the programs share: running them, and looking at what they leave behind.

The environment says what to test: MUSUBI_PROGRAMS is the folder of the built programs
(build/release/cli of the source tree unless set), MUSUBI_SANITIZE is not empty where they were
built with sanitizers. Standard library only.
"""

import contextlib
import csv
import datetime
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples"
PROGRAMS = pathlib.Path(os.environ.get("MUSUBI_PROGRAMS") or ROOT / "build/release/cli").resolve()
# Sanitizers cost time and memory: what a test measures then says nothing.
SANITIZED = bool(os.environ.get("MUSUBI_SANITIZE"))
TIMEOUT_S = 60

COLUMNS = ["id", "given_name", "surname", "birth_date", "sex", "postcode"]


class Outcome:
    """How one run of a program ended, and what it said."""

    def __init__(self, command, code, out, err, seconds, peak_bytes):
        self.command = command
        self.code = code
        self.out = out
        self.err = err
        self.seconds = seconds
        self.peak_bytes = peak_bytes

    @property
    def json(self):
        """Standard output as the one line of JSON that --json promises."""
        lines = self.out.decode("utf-8").splitlines()
        assert len(lines) == 1, f"{self}: not one line"
        return json.loads(lines[0])

    @property
    def message(self):
        """Standard error as text."""
        return self.err.decode("utf-8", errors="replace")

    def __str__(self):
        words = " ".join(str(word) for word in self.command)
        out = self.out.decode("utf-8", errors="replace")
        return f"$ {words}\nexit {self.code}\nstdout: {out}\nstderr: {self.message}"


class Running:
    """A started program whose output goes to files, so that it can never block on a pipe."""

    def __init__(self, command, stdin=subprocess.DEVNULL, **options):
        self.command = command
        self._out = tempfile.TemporaryFile()
        self._err = tempfile.TemporaryFile()
        self._start = time.monotonic()
        self.process = subprocess.Popen([str(word) for word in command], stdin=stdin,
                                        stdout=options.pop("stdout", self._out),
                                        stderr=self._err, **options)

    @property
    def pid(self):
        """The program's process id."""
        return self.process.pid

    def errors(self):
        """What it has written to standard error until now."""
        return os.pread(self._err.fileno(), 1 << 20, 0)

    def wait(self, timeout=TIMEOUT_S):
        """Waits for the end; a program that outlives `timeout` seconds is killed and fails."""
        end = time.monotonic() + timeout
        pause = 0.001
        late = False
        while True:
            # wait4, not Popen.wait, for it tells the peak memory of this one process.
            pid, status, usage = os.wait4(self.pid, 0 if late else os.WNOHANG)
            if pid != 0:
                break
            late = time.monotonic() > end
            if late:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(pause)
            pause = min(pause * 2, 0.02)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        outcome = Outcome(self.command, self.process.returncode, _content(self._out),
                          _content(self._err), time.monotonic() - self._start,
                          usage.ru_maxrss * 1024)
        if late:
            raise AssertionError(f"still running after {timeout:.0f} s: {outcome}")
        return outcome


def _content(file):
    """The content of a temporary file, which is closed and gone afterwards."""
    with file:
        file.seek(0)
        return file.read()


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own and the three programs at hand."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="musubi-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.outcomes = []

    def run_program(self, program, *args, expect=0, timeout=TIMEOUT_S, **options):
        """Runs a program by its short name (holder, unit, study) and checks its exit code, if any."""
        command = [PROGRAMS / f"musubi-{program}", *args]
        outcome = Running(command, **options).wait(timeout)
        self.outcomes.append(outcome)
        if expect is not None:
            self.assertEqual(outcome.code, expect, str(outcome))
        return outcome

    def holder(self, *args, **options):
        """Runs musubi-holder."""
        return self.run_program("holder", *args, **options)

    def unit(self, *args, **options):
        """Runs musubi-unit."""
        return self.run_program("unit", *args, **options)

    def study(self, *args, **options):
        """Runs musubi-study."""
        return self.run_program("study", *args, **options)

    def assert_says(self, outcome, *texts):
        """The message holds each text."""
        for text in texts:
            self.assertIn(str(text), outcome.message, str(outcome))

    @contextlib.contextmanager
    def unchanged(self, *folders):
        """What runs inside leaves every file of some folders, hidden ones too, as it was."""
        before = [(names(folder), contents(folder)) for folder in folders]
        yield
        for folder, (old_names, old_contents) in zip(folders, before):
            self.assertEqual(names(folder), old_names)
            self.assertEqual(contents(folder), old_contents)

    @contextlib.contextmanager
    def store_unchanged(self, store):
        """What runs inside leaves a store's status and releases as they were."""
        before = self.store_state(store)
        yield
        self.assertEqual(self.store_state(store), before)

    def store_state(self, store):
        """What a store says of itself, and the bytes of a release of each of its projects.

        No two sealed releases are alike: of a store that asks for approvals, only what it says.
        """
        status = self.unit("status", store, "--json").json
        released = {}
        for number, project in enumerate(status["projects"]):
            if not status["epochs"] or status["approvals"]:
                continue
            # Of a copy: the store keeps a record of each release.
            folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / str(number)
            copy = folder.with_name("store")
            copy_store(store, copy)
            self.unit("release", copy, "--project", project["name"], "-o", folder)
            released[project["name"]] = contents(folder)
        return status, released


class PreparedTest(ProgramTest):
    """Tests that each start from a copy of what prepare() made once for their class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = pathlib.Path(tempfile.mkdtemp(prefix="musubi-cli-model-"))
        cls.addClassCleanup(shutil.rmtree, cls.model, ignore_errors=True)

    def setUp(self):
        super().setUp()
        if not any(self.model.iterdir()):
            self.prepare(self.model)
        shutil.copytree(self.model, self.folder, dirs_exist_ok=True)

    def prepare(self, folder):
        """Fills `folder` with what each test starts from."""
        raise NotImplementedError


class Study:
    """One study in one folder: a method for each step of the main job."""

    def __init__(self, test, folder, template="by_mean"):
        """Starts a study with a contract and a secret, or takes up the one in `folder`.

        The contract is western, decided by a mean, for there are few records to learn from in most
        tests; or a template.
        """
        self.test = test
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.contract = self.folder / "contract.json"
        self.key = self.folder / "study.key"
        self.store = self.folder / "store"
        if self.key.exists():
            return
        template = "japan-hospital" if template == "japan" else template
        if template == "by_mean":
            shutil.copy(ROOT / "tests/flows/western_by_mean.json", self.contract)
        else:
            test.study("contract", "new", "--template", template, "-o", self.contract)
        test.holder("secret", "new", "--contract", self.contract, "-o", self.key)

    def enc(self, holder):
        """The encoding file of a holder."""
        return self.folder / f"{holder}.enc"

    def refs(self, holder):
        """The references file of a holder."""
        return self.folder / f"{holder}.refs.csv"

    def encode_words(self, holder, source):
        """The words of the command that encodes a holder's file."""
        return ["encode", source, "--contract", self.contract, "--secret", self.key, "--holder",
                holder, "--id-column", "id", "-o", self.enc(holder), "--refs", self.refs(holder)]

    def encode(self, holder, source, *options, **how):
        """Encodes a holder's file."""
        return self.test.holder(*self.encode_words(holder, source), *options, **how)

    def overrides(self):
        """The review bodies of the study's folder, made where there are none."""
        return Overrides.in_folder(self.test, self.folder)

    def override_words(self, holder, source):
        """The words by which a holder's file may be sealed."""
        return self.overrides().words(self.folder, holder, self.contract, self.key,
                                      pathlib.Path(source))

    def init(self, *options):
        """Makes the store, whose projects need no approval unless the options say otherwise."""
        return self.test.unit("init", self.store, "--contract", self.contract,
                              "--no-passphrase", *(options or ("--approvals", "0")))

    def import_files(self, *holders, options=(), **how):
        """Imports the encoding files of some holders."""
        return self.test.unit("import", self.store, *map(self.enc, holders), *options, **how)

    def link(self, *options):
        """Links; returns the run's summary."""
        return self.test.unit("link", self.store, "--json", *options).json

    def add_project(self, name):
        """Adds a project."""
        return self.test.unit("project", "add", self.store, name)

    def release(self, project, folder):
        """Releases a project into a new folder."""
        return self.test.unit("release", self.store, "--project", project, "-o", folder, "--json")

    def attach(self, holder, maps, links):
        """Joins a holder's map to its ids; returns local id -> project id."""
        self.test.holder("attach", maps / f"{holder}.map.csv", "--refs", self.refs(holder), "-o",
                         links)
        return {row["local_id"]: row["project_id"] for row in read_table(links)}


def moment(seconds):
    """A moment so far from now, as options and documents have it."""
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


class Overrides:
    """Two review bodies that let holders' encodings leave although no audit passed them.

    A sample has too few records to pass one, as an increment has in earnest.
    """

    def __init__(self, test, keys):
        """`keys`: two private keys of review bodies, each beside its certificate."""
        self.test = test
        self.keys = keys

    @classmethod
    def in_folder(cls, test, folder, names=("irb", "ethics")):
        """The bodies of a folder, with keys made where there are none."""
        for name in names:
            if not (folder / f"{name}.key").exists():
                test.study("keygen", "--role", "review", "--name", name, "-o", folder,
                           "--no-passphrase")
        return cls(test, [folder / f"{name}.key" for name in names])

    def trust(self):
        """The words that trust both."""
        return [word for key in self.keys for word in ("--trust", key.with_suffix(".crt"))]

    def audit(self, folder, holder, contract, secret, source, *options):
        """The report on a file's first records, which are too few."""
        few = folder / f"{holder}.few.csv"
        few.write_bytes(b"".join(source.read_bytes().splitlines(keepends=True)[:20]))
        report = folder / f"{holder}.audit.json"
        self.test.holder("audit", few, "--contract", contract, "--secret", secret, "--id-column",
                         "id", "-o", report, *options, "--force", expect=1)
        return report

    def sign(self, report, holder, expires=None):
        """Both bodies' signed overrides of a report."""
        first, second = (report.with_suffix(f".{key.stem}") for key in self.keys)
        self.test.study("override", report, "--holder", holder, "--reason", "a sample for tests",
                        "--expires", expires or moment(300 * 86400), "--key", self.keys[0], "-o", first, "--force")
        self.test.study("override", first, "--key", self.keys[1], "-o", second, "--force")
        return first, second

    def words(self, folder, holder, contract, secret, source, *options):
        """The words by which encode lets a holder's file leave; made once for each holder."""
        report = folder / f"{holder}.audit.json"
        files = [report.with_suffix(f".{key.stem}") for key in self.keys]
        if not files[1].exists():
            files = self.sign(self.audit(folder, holder, contract, secret, source, *options),
                              holder)
        return [*(word for file in files for word in ("--override", file)), *self.trust()]


def read_table(file):
    """The rows of a CSV file as dictionaries."""
    with open(file, encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def write_table(file, rows, columns=None):
    """Writes rows (lists) under a header."""
    with open(file, "w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns or COLUMNS)
        writer.writerows(rows)
    return file


def generate(folder, *options):
    """Makes a study folder of synthetic people; returns its path."""
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    subprocess.run([sys.executable, ROOT / "data/generate_people.py", *map(str, options), "-o",
                    folder], check=True, env=environment, stdout=subprocess.DEVNULL)
    return folder


def copy_store(store, copy):
    """Copies a store and its key."""
    shutil.copytree(store, copy)
    shutil.copy(f"{store}.key", f"{copy}.key")


def contents(folder):
    """Every file below a folder, hidden ones included: relative name -> SHA-256."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file()}


def names(folder):
    """Every name below a folder, hidden ones included."""
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*"))


def limit_files(size):
    """A preexec_fn under which no file grows beyond `size` bytes: a full disk, for a test."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def partition(links):
    """The groups that share a project id, whatever the ids are: a set of sets of records."""
    groups = {}
    for holder, of_record in links.items():
        for local_id, project_id in of_record.items():
            groups.setdefault(project_id, set()).add((holder, local_id))
    return {frozenset(group) for group in groups.values()}
