"""A small study at every stage of its life, for the campaigns of this folder.

Each takes a copy of a stage, does harm to it, and looks whether it still says what an unharmed one
says.
"""

import collections
import contextlib
import dataclasses
import pathlib
import random
import shutil
import sys
import tempfile
import typing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))

import musubi_cli  # noqa: E402
from musubi_cli import PROGRAMS, SANITIZED, Running, Study, contents  # noqa: E402

# The same person twice, as two holders write her, and as a third does who agrees with both: so the
# second link run has something to propose.
ANNA = {"a": ["Annabelle", "Thornbury", "1961-04-17", "F", "48213"],
        "b": ["Anabele", "Thornbery", "1961-04-17", "F", "90077"],
        "c": ["Annabele", "Thornbury", "1961-04-17", "F", "48213"]}
GIVEN = ["Marcus", "Ines", "Oskar", "Leonie", "Pavel", "Greta", "Tomas", "Yara", "Hugo", "Nadia"]
SURNAMES = ["Ellwood", "Quintero", "Falk", "Moreau", "Novak", "Lindgren", "Okafor", "Ribeiro"]
# The store trusts a holder, whose request to leave comes sealed; encodings do not.
OPEN = "--allow-unsealed"


class Failure(Exception):
    """A promise that was not kept."""


class Tools(musubi_cli.ProgramTest):
    """Runs the programs for a study outside a unit test; an unexpected exit code is an error."""

    def __init__(self, folder):
        super().__init__("run_program")
        self.folder = folder
        self.outcomes = collections.deque(maxlen=1)


@dataclasses.dataclass(frozen=True)
class Step:
    """One change of the store, as a command of the unit."""

    name: str
    words: typing.Callable  # of a study: the command's words
    again: typing.Optional[int]  # the exit code where it is done already; none: it is another run
    mints: bool = False  # keys at random: other ids each time


STEPS = [
    Step("import", lambda s: ["import", s.store, s.enc("a"), OPEN], 73),
    Step("import", lambda s: ["import", s.store, s.enc("b"), OPEN], 73),
    Step("link", lambda s: ["link", s.store, "--threshold", "0.9"], None, mints=True),
    Step("project", lambda s: ["project", "add", s.store, "p"], 73, mints=True),
    Step("import", lambda s: ["import", s.store, s.enc("c"), OPEN], 73),
    Step("link", lambda s: ["link", s.store, "--threshold", "0.5"], None),
    Step("review", lambda s: ["review", "accept", s.store, "1", "--reviewer", "ann"], 77),
    Step("release", lambda s: ["release", s.store, "--project", "p", "-o", s.folder / "maps"], 73),
    Step("withdraw", lambda s: ["withdraw", s.store, s.folder / "leave.pkg", "--key",
                                s.folder / "unit.key", "-o", s.folder / "receipt.pkg"], 73),
]


@dataclasses.dataclass(frozen=True)
class Observed:
    """What a store says: all that harm could change in silence."""

    status: dict  # but for whether a link run is unfinished
    log: list  # the kinds of what was done
    history: dict  # but for the state
    state: str  # a digest of all that was ever done
    persons: typing.Optional[str]  # how many there are, and a digest of whose each record is
    maps: typing.Optional[dict]  # file -> SHA-256, of a release; none where there is no project
    people: typing.Optional[frozenset]  # sets of references that share a project id

    def is_like(self, other, mints):
        """Whether both say the same: but for keys, where these were made at random."""
        if not mints:
            return self == other
        blank = {"state": "", "maps": None}
        return dataclasses.replace(self, **blank) == dataclasses.replace(other, **blank)


class SmallStudy:
    """The stages of one study: stage i is before STEPS[i], the last one after them all."""

    def __init__(self, folder, seed):
        self.folder = pathlib.Path(folder)
        self.stages = []
        self.seconds = []  # that each step took, undisturbed
        self.tools = Tools(self.folder)
        study = Study(self.tools, self.folder / "study")
        self._encode(study, random.Random(seed))
        self._ask_to_leave(study)
        study.init("--approvals", "0", "--trust", study.folder / "a.crt")
        self._keep(study)
        for step in STEPS:
            self.seconds.append(self.tools.unit(*step.words(study)).seconds)
            self._keep(study)
        self.observed = [self.observe(Study(self.tools, stage)) for stage in self.stages]

    def _encode(self, study, rng):
        people = [[rng.choice(GIVEN), rng.choice(SURNAMES),
                   f"{rng.randint(1930, 2020)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
                   rng.choice("FM"), f"{rng.randint(10000, 99999)}"] for _ in range(20)]
        for holder, records in (("a", people[:14]), ("b", people[6:]), ("c", [])):
            table = musubi_cli.write_table(study.folder / f"{holder}.csv", [
                [f"{holder}{i}", *row] for i, row in enumerate([ANNA[holder], *records])])
            study.encode(holder, table)

    def _ask_to_leave(self, study):
        at = study.folder
        self.tools.holder("keygen", "--name", "a", "-o", at, "--no-passphrase")
        self.tools.run_program("unit", "keygen", "--name", "unit", "-o", at, "--no-passphrase")
        leaving = musubi_cli.write_table(at / "leaving.csv", [["a0"], ["a7"]], ["id"])
        self.tools.holder("withdraw", "--ids", leaving, "--id-column", "id", "--refs",
                          study.refs("a"), "--scope", "all", "--by", "patient", "--contract",
                          study.contract, "--sign", at / "a.key", "--to", at / "unit.crt", "-o",
                          at / "leave.pkg")

    def _keep(self, study):
        stage = self.folder / f"stage-{len(self.stages)}"
        shutil.copytree(study.folder, stage)
        self.stages.append(stage)

    @contextlib.contextmanager
    def copy(self, of, place=None):
        """A copy of a stage (its number) or of a study, which is removed afterwards."""
        source = self.stages[of] if isinstance(of, int) else of.folder
        with tempfile.TemporaryDirectory(dir=place or self.folder) as folder:
            shutil.copytree(source, f"{folder}/study")
            yield Study(self.tools, f"{folder}/study")

    def unit(self, *words):
        """Runs a command of the unit, whatever its exit code."""
        return Running([PROGRAMS / "musubi-unit", *words]).wait()

    def observe(self, study):
        """What a study's store says, which it must say without an error."""
        status = self._json("status", study.store)
        status.pop("unfinished_run")
        log = [entry["kind"] for entry in self._json("log", "show", study.store)["entries"]
               if entry["result"] == "done"]
        history = self._json("history", study.store)
        state = history.pop("state")
        persons = self._json("resolve", study.store) if status["epochs"] else None
        maps, people = self._released(study) if status["projects"] else (None, None)
        return Observed(status, log, history, state, persons, maps, people)

    def _json(self, *words):
        outcome = self.unit(*words, "--json")
        if outcome.code != 0:
            raise Failure(f"the store does not open: {outcome}")
        return outcome.json

    def _released(self, study):
        # Of a copy: the store keeps a record of each release.
        with self.copy(study) as copy:
            maps = copy.folder / "observed"
            outcome = self.unit("release", copy.store, "--project", "p", "-o", maps)
            if outcome.code != 0:
                raise Failure(f"the store releases nothing: {outcome}")
            people = collections.defaultdict(set)
            for file in maps.glob("*.map.csv"):
                for row in musubi_cli.read_table(file):
                    people[row["project_id"]].add(row["record_ref"])
            return contents(maps), frozenset(map(frozenset, people.values()))
