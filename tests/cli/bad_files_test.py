"""What the programs do with wrong command lines, damaged files and stores they may not touch.

After each failure the store is as it was and no file, hidden ones included, is left behind.
"""

import fcntl
import json
import shutil
import unittest

import musubi_cli
from musubi_cli import PROGRAMS, SAMPLES, Running, Study, copy_store, limit_files, read_table

SAMPLE = SAMPLES / "western"


class UsageTest(musubi_cli.ProgramTest):
    """Command lines that mean nothing."""

    def test_a_wrong_command_line_is_a_usage_error_that_names_the_fault(self):
        holder = ["encode", "x.csv", "--contract", "c", "--secret", "s", "--id-column", "id",
                  "-o", "o", "--refs", "r"]
        wrong = [
            ("unit", ["frobnicate"], "no such command"),
            ("unit", ["project", "frobnicate", "s"], "no such command"),
            ("unit", ["link", "s", "--frobnicate"], "--frobnicate"),
            ("unit", ["link", "s", "--thresh", "0.8"], "--thresh"),  # no abbreviations
            ("unit", ["link"], "STORE"),
            ("unit", ["link", "s", "t"], "too many operands"),
            ("unit", ["init", "s"], "--contract is missing"),
            ("unit", ["import", "s"], "FILE"),
            ("unit", ["link", "s", "-j"], "--threads"),
            ("holder", holder, "--holder is missing"),
            ("holder", ["attach", "m.csv", "-o", "o"], "--refs is missing"),
            ("study", ["contract", "new", "--template", "x", "-o", "-"], "western"),
            ("study", ["evaluate", "l.csv"], "--truth is missing"),
        ]
        wrong += [("unit", ["link", "s", "-j", count], "from 1 to 1024")
                  for count in ("0", "-1", "1025", "two", "1.5", "", "99999999999999999999")]
        wrong += [("unit", ["link", "s", "--threshold", value], "threshold")
                  for value in ("0", "1.1", "-0.5", "1e-1", "0,8", "", "nan", "0.1234567")]
        wrong += [("unit", ["link", "s", "--candidates", "some"], "all_pairs"),
                  ("unit", ["link", "s", "--progress", "dots"], "auto, json or none")]
        for program, words, says in wrong:
            for options in ((), ("--json",)):
                with self.subTest(program, words=words, options=options):
                    outcome = self.run_program(program, *words, *options, expect=64,
                                               cwd=self.folder)
                    self.assert_says(outcome, says)
                    self.assertEqual(outcome.out, b"")
                    if options:
                        error = json.loads(outcome.message)["error"]
                        self.assertEqual((error["code"], error["name"]), (64, "usage"))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_holders_name_and_options_are_checked(self):
        study = Study(self, self.folder / "study")
        for name in ("", "Hospital", "a b", "../up", "a" * 65, "_x"):
            with self.unchanged(self.folder):
                words = study.encode_words(name, SAMPLE / "hospital.csv")
                words[words.index("-o") + 1] = study.enc("h")
                words[words.index("--refs") + 1] = study.refs("h")
                self.assert_says(self.holder(*words, expect=64), "holder's name")
        for option in (("--column", "surname"), ("--column", "x=surname"), ("--charset", "ascii")):
            with self.unchanged(self.folder):
                self.assert_says(study.encode("h", SAMPLE / "hospital.csv", *option, expect=64),
                                 option[0].strip("-"))


class LinkedStoreTest(musubi_cli.PreparedTest):
    """A store with one holder linked and released, and a second holder's encodings at hand."""

    def prepare(self, folder):
        study = Study(self, folder / "study")
        for holder in ("hospital", "insurer"):
            study.encode(holder, SAMPLE / f"{holder}.csv")
        study.init()
        study.import_files("hospital")
        study.link()
        study.add_project("p")
        study.release("p", folder / "maps")

    def setUp(self):
        super().setUp()
        self.study_of = Study(self, self.folder / "study")
        self.store = self.study_of.store
        self.maps = self.folder / "maps"


class StoreTest(LinkedStoreTest):
    """What must not enter or change the store."""

    def test_a_damaged_encoding_file_is_bad_data_and_changes_nothing(self):
        whole = self.study_of.enc("insurer").read_bytes()
        damaged = self.folder / "damaged.enc"
        lengths = (0, 1, 511, 512, 1000, 4096, 100_000, len(whole) - 1025, len(whole) - 1)
        spots = (0, 100, 700, 3000, 60_000, len(whole) // 2, len(whole) - 1)
        cases = {f"cut at {n}": whole[:n] for n in lengths}
        cases |= {f"flipped at {n}": whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1:]
                  for n in spots}
        cases |= {"longer": whole + b"\0" * 512, "text": b"id,name\n1,x\n", "zeros": bytes(20480)}
        with self.store_unchanged(self.store):
            for name, content in cases.items():
                with self.subTest(name):
                    damaged.write_bytes(content)
                    self.assert_says(self.unit("import", self.store, damaged, expect=65),
                                     "damaged.enc")
        self.unit("import", self.store, self.study_of.enc("insurer"))

    def test_another_secret_or_contract_is_refused(self):
        other = Study(self, self.folder / "other")
        other.encode("insurer", SAMPLE / "insurer.csv")
        foreign = Study(self, self.folder / "foreign", "record")
        foreign.encode("insurer", SAMPLE / "insurer.csv")
        with self.store_unchanged(self.store):
            self.assert_says(self.unit("import", self.store, other.enc("insurer"), expect=77),
                             "insurer.enc", "secret")
            self.assert_says(self.unit("import", self.store, foreign.enc("insurer"), expect=78),
                             "insurer.enc", "contract")

    def test_a_store_is_made_once(self):
        with self.store_unchanged(self.store):
            for force in ((), ("--force",)):
                self.assert_says(self.unit("init", self.store, "--no-passphrase", "--contract",
                                           self.study_of.contract, *force, expect=73), self.store)
        with self.unchanged(self.study_of.folder):
            for folder in ("/proc/store", self.study_of.contract / "store"):
                self.unit("init", folder, "--no-passphrase", "--contract", self.study_of.contract,
                          expect=74)
            self.unit("init", self.folder / "x", "--no-passphrase", "--contract",
                      self.study_of.key, expect=78)
            self.unit("init", self.folder / "x", "--no-passphrase", "--contract",
                      self.folder / "none", expect=66)
        self.assertFalse((self.folder / "x").exists())

    def test_what_is_missing_is_no_input(self):
        empty = self.folder / "empty"
        self.unit("init", empty, "--no-passphrase", "--contract", self.study_of.contract,
                  "--approvals", "0")
        self.assert_says(self.unit("link", empty, expect=66), "import")
        self.unit("project", "add", empty, "p")
        out = self.folder / "out"
        self.assert_says(self.unit("release", empty, "--project", "p", "-o", out, expect=66),
                         "link")
        with self.store_unchanged(self.store):
            self.assert_says(self.unit("release", self.store, "--project", "q", "-o", out,
                                       expect=66), "project")
            self.unit("import", self.store, self.folder / "none.enc", expect=66)
            self.unit("import", self.store, self.folder, expect=66)
        for command in (["status"], ["link"], ["import"], ["project", "list"]):
            operands = [self.folder / "none.enc"] if command == ["import"] else []
            self.assert_says(self.unit(*command, self.folder / "none", *operands, expect=66),
                             "no store")
            self.unit(*command, self.maps, *operands, expect=65)
        self.assertFalse(out.exists())
        self.assertFalse((self.folder / "none").exists())

    def test_a_release_never_replaces_a_folder(self):
        with self.unchanged(self.maps):
            for force in ((), ("--force",)):
                self.assert_says(self.unit("release", self.store, "--project", "p", "-o",
                                           self.maps, *force, expect=73), self.maps)

    def test_a_store_in_use_is_locked(self):
        words = [["import", self.store, self.study_of.enc("insurer")], ["link", self.store],
                 ["status", self.store], ["project", "add", self.store, "q"],
                 ["project", "list", self.store],
                 ["release", self.store, "--project", "p", "-o", self.folder / "out"]]
        with self.store_unchanged(self.store):
            with open(self.store / "LOCK", "rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                for command in words:
                    with self.subTest(command=command):
                        self.assert_says(self.unit(*command, expect=75), self.store)
        self.assertFalse((self.folder / "out").exists())

    def test_of_many_at_once_each_is_done_or_refused(self):
        command = [PROGRAMS / "musubi-unit", "link", self.store]
        codes = [run.wait().code for run in [Running(command) for _ in range(6)]]
        self.assertIn(0, codes)
        self.assertLessEqual(set(codes), {0, 75})
        epochs = self.unit("status", self.store, "--json").json["epochs"]
        self.assertEqual(len(epochs), 1 + codes.count(0))

    def test_a_full_disk_leaves_the_store_as_it_was(self):
        out = self.folder / "out"
        insurer = self.study_of.enc("insurer")
        with self.store_unchanged(self.store):
            for size in (20_000, 60_000, 150_000):
                with self.subTest(size):
                    self.unit("import", self.store, insurer, expect=74,
                              preexec_fn=limit_files(size))
            self.unit("release", self.store, "--project", "p", "-o", out, expect=74,
                      preexec_fn=limit_files(10_000))
        self.assertEqual([path.name for path in self.folder.iterdir() if "out" in path.name], [])
        self.unit("import", self.store, insurer)
        with self.store_unchanged(self.store):
            for size in (1000, 10_000):
                self.unit("link", self.store, expect=74, preexec_fn=limit_files(size))

    def test_a_link_run_that_a_full_disk_stops_is_whole_or_absent(self):
        # Here the log of the change fits on the disk and its table does not.
        self.unit("import", self.store, self.study_of.enc("insurer"))
        before = self.store_state(self.store)
        outcome = self.unit("link", self.store, expect=74, preexec_fn=limit_files(20_000))
        self.assert_says(outcome, "status")
        after = self.store_state(self.store)
        self.assertIn(self.study_of.link()["new_records"], (390,) if after == before else (0,))
        self.study_of.release("p", self.folder / "out")
        self.assertEqual(len(read_table(self.folder / "out" / "insurer.map.csv")), 390)

    def test_a_store_that_a_full_disk_stops_does_not_appear(self):
        for size in (100, 1000):
            self.unit("init", self.folder / "fresh", "--no-passphrase", "--contract",
                      self.study_of.contract, expect=74, preexec_fn=limit_files(size))
        self.assertEqual([path.name for path in self.folder.iterdir() if "fresh" in path.name], [])

    def test_a_store_with_a_damaged_part_is_refused(self):
        for name, digit in (("FORMAT", b"3"), ("WITNESS", b"2"), ("contract.json", b"1")):
            with self.subTest(name):
                copy = self.folder / f"copy-{name}"
                copy_store(self.store, copy)
                content = (copy / name).read_bytes()
                (copy / name).write_bytes(content.replace(digit, b"7", 1))
                self.unit("status", copy, expect=65)
                (copy / name).write_bytes(content)
                self.unit("status", copy)


class AttachTest(LinkedStoreTest):
    """Maps, references and truths that do not fit."""

    def setUp(self):
        super().setUp()
        self.map = self.maps / "hospital.map.csv"
        self.out = self.folder / "links" / "links.csv"
        self.out.parent.mkdir()

    def attach(self, *says, refs=None, expect=65, options=(), **how):
        """Attaches and fails."""
        with self.unchanged(self.out.parent):
            outcome = self.holder("attach", self.map, "--refs",
                                  refs or self.study_of.refs("hospital"), "-o", self.out,
                                  *options, expect=expect, **how)
        self.assert_says(outcome, *says)

    def test_the_wrong_references_are_refused(self):
        self.attach("hospital.map.csv", "row 2", "record_ref",
                    refs=self.study_of.refs("insurer"))

    def test_a_corrupted_map_is_refused_without_its_ids(self):
        header, first, *rest = self.map.read_text().splitlines()
        ref, project_id = first.split(",")
        other = "0" if project_id[0] != "0" else "1"
        for line, column in ((f"{ref},{other}{project_id[1:]}", "project_id"),
                             (f"{ref},{project_id.lower()}", "project_id"),
                             (f"{ref},", "project_id"), (f"{ref[:-1]},{project_id}", "record_ref"),
                             (f"{ref}", "")):
            with self.subTest(line):
                self.map.write_text("\n".join([header, line, *rest, ""]))
                self.attach("hospital.map.csv", "row 2", column)
                self.assertNotIn(project_id[1:15].lower(), self.outcomes[-1].message.lower())
        self.map.write_text("\n".join([header, first, first, *rest, ""]))
        self.attach("hospital.map.csv", "row", "another row")
        self.map.write_text("\n".join(["a,b", first, *rest, ""]))
        self.attach("record_ref,project_id")

    def test_missing_files_existing_outputs_and_a_full_disk(self):
        self.attach("none.csv", refs=self.folder / "none.csv", expect=66)
        self.attach("cannot write", expect=74, preexec_fn=limit_files(1000))
        self.out.write_text("mine")
        self.attach("--force", expect=73)
        self.attach("twice", refs=self.map, expect=64)
        self.holder("attach", self.map, "--refs", self.study_of.refs("hospital"), "-o", self.out,
                    "--force")
        self.assertTrue(self.out.read_text().startswith("project_id,holder,local_id\n"))

    def test_a_truth_that_does_not_fit_the_links_is_refused(self):
        self.holder("attach", self.map, "--refs", self.study_of.refs("hospital"), "-o", self.out)
        truth = (SAMPLE / "truth.csv").read_text().splitlines()
        cases = {"unknown": [line for line in truth if "hospital" not in line],
                 "twice": [*truth, truth[-1]], "columns": ["a,b,c", *truth[1:]]}
        for name, lines in cases.items():
            with self.subTest(name):
                (self.folder / "truth.csv").write_text("\n".join([*lines, ""]))
                outcome = self.study("evaluate", "--truth", self.folder / "truth.csv", self.out,
                                     expect=65)
                self.assert_says(outcome, "row" if name != "columns" else "person_id")
                self.assertNotRegex(outcome.message, "H[0-9]{6}")
        self.assert_says(self.study("evaluate", "--truth", SAMPLE / "truth.csv", self.out, self.out,
                                    expect=65), "earlier row")


if __name__ == "__main__":
    unittest.main()
