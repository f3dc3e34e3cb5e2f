"""Stores for the tests of the report: one of each kind that the page has to show."""

from musubi_cli import COLUMNS, Study, generate, read_table, write_table

HOLDERS = ("hospital", "insurer", "registry")


class ReportStores:
    """Makes stores in a folder, each over the same synthetic people."""

    def __init__(self, test, folder):
        self.test = test
        self.folder = folder
        self.people = folder / "people"

    def study(self, name, template="western", options=()):
        """A study with the encodings of three holders in its store."""
        if not self.people.exists():
            generate(self.people, "--style", "western", "--persons", 900, "--holders", 3,
                     "--seed", 5)
        study = Study(self.test, self.folder / name, template=template)
        study.init()
        for holder in HOLDERS:
            study.encode(holder, self.people / f"{holder}.csv", *options)
        return study

    def learned(self):
        """Two runs by a model that learns, in blocks; the second with a further holder. Between
        them someone decides on a proposal, where there is one."""
        study = self.study("learned")
        study.import_files(*HOLDERS[:2])
        study.link("--candidates", "blocks")
        proposals = self.test.unit("review", "list", study.store, "--json").json
        for proposal in proposals["proposals"][:1]:
            self.test.unit("review", "reject", study.store, proposal["proposal"], "--reviewer",
                           "ann")
        study.import_files(HOLDERS[2])
        study.link("--candidates", "blocks")
        return study

    def without_control(self):
        """A run of holders that all may repeat persons."""
        study = self.study("without_control", options=["--declares-duplicates"])
        study.import_files(*HOLDERS)
        study.link()
        return study

    def by_mean(self):
        """A run that decides by a weighted mean; one holder cuts surnames after four letters."""
        study = self.study("by_mean", template="by_mean")
        people = read_table(self.people / "registry.csv")
        rows = [[row[name][:4] if name == "surname" else row[name] for name in COLUMNS]
                for row in people]
        study.encode("registry", write_table(self.folder / "cut.csv", rows), "--force")
        study.import_files(*HOLDERS)
        study.link()
        return study

    def hashed(self):
        """One filter a person, candidates by locality-sensitive hashing."""
        study = self.study("hashed", template="record")
        study.import_files(*HOLDERS)
        study.link("--candidates", "lsh")
        return study

    def unlinked(self):
        """Imports, and no link run."""
        study = self.study("unlinked")
        study.import_files(*HOLDERS)
        return study

    def empty(self):
        """Nothing but a contract."""
        study = Study(self.test, self.folder / "empty", template="western")
        study.init()
        return study
