"""The whole main job on the samples, as the people of a study run it."""

import json
import os
import stat
import subprocess
import unittest

import musubi_cli
from musubi_cli import PROGRAMS, SAMPLES, Study, generate, write_table

PROGRAM_NAMES = ("holder", "unit", "study")


def mode(path):
    """A file's permission bits."""
    return stat.S_IMODE(os.stat(path).st_mode)


class Story:
    """The main job on one sample, every command with the same extra options."""

    def __init__(self, test, style, *options):
        self.test = test
        self.options = options
        self.sample = SAMPLES / style
        with open(self.sample / "study.json", encoding="utf-8") as file:
            self.holders = json.load(file)["holders"]
        self.study = Study(test, test.folder / style, style)
        self.maps = self.study.folder / "maps"
        self.links = [self.study.folder / f"{h['name']}.links.csv" for h in self.holders]
        self.outcomes = {}
        self._encode()
        self._link()
        self._attach()

    def run(self, name, program, *args):
        """Runs one command and keeps its outcome under `name`."""
        self.outcomes[name] = self.test.run_program(program, *args, *self.options)
        return self.outcomes[name]

    def _encode(self):
        study = self.study
        contract = ["--contract", study.contract]
        self.run("contract new", "study", "contract", "new", "--template", "record", "-o",
                 study.folder / "other.json")
        self.run("contract check", "study", "contract", "check", study.contract)
        self.run("secret new", "holder", "secret", "new", *contract, "-o",
                 study.folder / "other.key")
        self.run("secret check", "holder", "secret", "check", study.key, *contract)
        for holder in self.holders:
            words = study.encode_words(holder["name"], self.sample / holder["file"])
            self.run("encode", "holder", *words, "--charset", holder["charset"])

    def _link(self):
        store = self.study.store
        first = self.study.enc(self.holders[0]["name"])
        self.run("init", "unit", "init", store, "--contract", self.study.contract,
                 "--no-passphrase", "--approvals", "0")
        self.run("inspect", "unit", "inspect", first)
        self.run("inspect by a holder", "holder", "inspect", first)
        self.run("inspect a contract", "study", "inspect", self.study.contract)
        encodings = [self.study.enc(holder["name"]) for holder in self.holders]
        self.run("import", "unit", "import", store, *encodings)
        self.run("link", "unit", "link", store)
        self.run("project add", "unit", "project", "add", store, "diabetes-2027")
        self.run("project list", "unit", "project", "list", store)
        self.run("status", "unit", "status", store)
        self.run("release", "unit", "release", store, "--project", "diabetes-2027", "-o",
                 self.maps)

    def _attach(self):
        for holder, links in zip(self.holders, self.links):
            name = holder["name"]
            self.run("attach", "holder", "attach", self.maps / f"{name}.map.csv", "--refs",
                     self.study.refs(name), "-o", links)
        self.run("evaluate", "study", "evaluate", "--truth", self.sample / "truth.csv",
                 *self.links)
        for program in PROGRAM_NAMES:
            self.run(f"version of {program}", program, "version")


class StoryTest(musubi_cli.ProgramTest):
    """CSV files in, links out, measured against the truth."""

    def check_quality(self, story, f1, holders):
        """The links are good, and all that was counted on the way agrees."""
        result = {name: outcome.json for name, outcome in story.outcomes.items()}
        records = result["evaluate"]["records"]
        self.assertEqual(records, sum(i["records"] for i in result["import"]["imported"]))
        self.assertEqual(len(result["import"]["imported"]), holders)
        self.assertEqual(result["link"]["records"], records)
        self.assertEqual(result["link"]["keys_minted"], result["link"]["clusters"])
        self.assertEqual(result["release"]["records"], records)
        self.assertEqual(result["release"]["persons"], result["link"]["clusters"])
        self.assertEqual(result["evaluate"]["unlinked_records"], 0)
        self.assertEqual(result["attach"]["unmapped"], 0)
        self.assertGreater(result["evaluate"]["all"]["true_pairs"], 100)
        self.assertGreater(result["evaluate"]["all"]["f1"], f1, result["evaluate"])
        self.assertLess(result["evaluate"]["all"]["linked_pairs"], records)

    def test_links_the_western_sample(self):
        self.check_quality(Story(self, "western", "--json"), 0.95, 2)

    def test_links_the_japanese_sample(self):
        self.check_quality(Story(self, "japan", "--json"), 0.95, 3)

    def test_every_command_prints_one_line_of_json_and_nothing_else(self):
        story = Story(self, "western", "--json")
        for name, outcome in story.outcomes.items():
            with self.subTest(name):
                self.assertIsInstance(outcome.json, (dict, list))
                self.assertEqual(outcome.err, b"")

    def test_quiet_commands_print_nothing(self):
        for name, outcome in Story(self, "western", "-q").outcomes.items():
            with self.subTest(name):
                self.assertEqual((outcome.out, outcome.err), (b"", b""))

    def test_quiet_keeps_json(self):
        story = Story(self, "western", "-q", "--json")
        self.assertEqual(story.outcomes["project list"].json[0]["name"], "diabetes-2027")

    def test_what_must_stay_private_is_readable_by_its_owner_only(self):
        story = Story(self, "western")
        private = [story.study.key, *story.links, *story.maps.iterdir()]
        private += [story.study.refs(holder["name"]) for holder in story.holders]
        for file in private:
            with self.subTest(file.name):
                self.assertEqual(mode(file), 0o600)
        self.assertEqual(mode(story.study.store), 0o700)
        self.assertEqual(mode(story.maps), 0o700)

    def test_progress_as_json_goes_to_stderr_a_line_each(self):
        story = Story(self, "western", "--progress", "json")
        lines = story.outcomes["link"].message.splitlines()
        told = [json.loads(line) for line in lines]
        self.assertRegex(told[0]["note"], r"needs up to \d+ MiB of memory for \d+ records")
        self.assertEqual([s["stage"] for s in told[1:] if s["ended"]],
                         ["load", "block", "learn", "compare", "resolve", "review", "commit"])

    def test_a_model_that_learns_says_how_good_its_links_are(self):
        story = Story(self, "western", "--json")
        quality = story.outcomes["link"].json["quality"]
        self.assertFalse(quality["refused"])
        self.assertGreater(quality["control"]["pairs"], 1000)
        self.assertGreater(quality["control"]["precision"], 0.9)
        self.assertGreater(quality["model_recall"], 0.9)
        names = {c["name"]: c for c in quality["comparisons"]}
        self.assertGreater(names["birth_date"]["equal_in_matches"], 0.8)
        self.assertLess(names["birth_date"]["equal_in_strangers"], 0.01)

    def test_a_model_that_learnt_households_is_refused_and_changes_nothing(self):
        # Families in one holder that says it has duplicates, and has none.
        people = self.folder / "people"
        generate(people, "--style", "western", "--persons", 2000, "--holders", 1, "--overlap",
                 1, "--seed", 3)
        study = Study(self, self.folder / "study", "western")
        study.encode("hospital", people / "hospital.csv", "--declares-duplicates")
        study.init()
        study.import_files("hospital")
        refused = self.unit("link", study.store, "--json", expect=1).json
        self.assertTrue(refused["quality"]["refused"])
        self.assertIn("households", refused["quality"]["why"])
        self.assertIn(b"no key was given", self.unit("link", study.store, expect=1).out)
        self.assertEqual(self.unit("status", study.store, "--json").json["epochs"], [])
        log = self.unit("log", "show", study.store, "--json").json["entries"]
        self.assertEqual([(entry["kind"], entry.get("error")) for entry in log[2:]],
                         [("link", "model")] * 2)

    def encode_planted(self, study, style, *options):
        """Encodes every holder of a sample with planted copies; returns the receipts."""
        sample = SAMPLES / style
        with open(sample / "study.json", encoding="utf-8") as file:
            holders = json.load(file)["holders"]
        return {h["name"]: study.encode(h["name"], sample / h["file"], "--charset", h["charset"],
                                        "--json", *options).json for h in holders}

    def test_planted_copies_tell_the_recall_of_each_holder(self):
        for style, holders in (("western", 2), ("japan", 3)):
            with self.subTest(style):
                study = Study(self, self.folder / style, style)
                receipts = self.encode_planted(study, style, "--plant", 100)
                self.assertEqual(len(receipts), holders)
                for receipt in receipts.values():
                    planted = receipt["planted"]
                    self.assertEqual(planted["copies"], 100)
                    self.assertEqual(sum(planted["copies_with_errors"]), 100)
                    self.assertGreater(sum(planted["errors"].values()), 40)
                study.init()
                imported = study.import_files(*receipts, options=["--json"]).json["imported"]
                self.assertEqual([i["planted"] for i in imported], [100] * holders)
                linked = study.link()
                planted = linked["quality"]["planted"]
                self.assertEqual(planted["copies"], 100 * holders)
                self.assertEqual([h["holder"] for h in planted["holders"]], sorted(receipts))
                self.assertEqual(sum(h["found"] for h in planted["holders"]), planted["found"])
                self.assertGreater(planted["recall"], 0.7)
                self.assertLess(planted["low"], planted["recall"])
                self.assertLess(planted["recall"], planted["high"])
                records = sum(r["encoded"] for r in receipts.values())
                self.assertEqual(linked["records"], records)
                status = self.unit("status", study.store, "--json").json
                self.assertEqual([d["planted"] for d in status["datasets"]], [100] * holders)
                self.assertEqual(sum(d["records"] for d in status["datasets"]), records)
                self.assertIn(b"100 planted copies", self.unit("status", study.store).out)
                inspected = json.loads(self.unit("inspect", study.enc("hospital")).out)
                self.assertEqual(inspected["planted"], 100)

    def test_a_mean_tells_the_recall_of_planted_copies_too(self):
        study = Study(self, self.folder / "study")
        receipts = self.encode_planted(study, "western", "--plant", 50)
        study.init()
        study.import_files(*receipts)
        linked = self.unit("link", study.store)
        self.assertIn(b" found and 100 compared of 100 planted copies, whose errors are simulated",
                      linked.out)

    def test_a_seed_plants_the_same_copies(self):
        study = Study(self, self.folder / "study")
        def planted(*options):
            receipt = self.encode_planted(study, "western", "--force", "--plant", 60, *options)
            return receipt["hospital"]["planted"]
        first = planted()
        self.assertEqual(planted("--plant-seed", first["seed"]), first)
        self.assertNotEqual(planted()["seed"], first["seed"])

    def test_refuses_numbers_of_copies_that_make_no_sense(self):
        study = Study(self, self.folder / "study")
        for options in (["--plant", "0"], ["--plant", "-1"], ["--plant", "many"],
                        ["--plant", "1000001"], ["--plant-seed", "5"],
                        ["--plant", "5", "--plant-seed", "x"]):
            with self.subTest(options):
                outcome = study.encode("hospital", SAMPLES / "western" / "hospital.csv", *options,
                                       expect=64)
                self.assert_says(outcome, "plant" if options[1] != "1000001" else "1000000")
                self.assertFalse(study.enc("hospital").exists())

    def test_another_name_for_a_column_links_the_same(self):
        sample = SAMPLES / "western" / "hospital.csv"
        renamed = self.folder / "renamed.csv"
        renamed.write_text(sample.read_text(encoding="utf-8").replace("surname", "family", 1),
                           encoding="utf-8")
        study = Study(self, self.folder / "study")
        encoded = study.encode("hospital", renamed, "--column", "surname=family", "--json").json
        self.assertEqual(encoded["fields"]["surname"]["present"], encoded["rows"])

    def test_encodes_standard_input(self):
        study = Study(self, self.folder / "study")
        with open(SAMPLES / "western" / "hospital.csv", "rb") as people:
            encoded = study.encode("hospital", "-", "--json", stdin=people).json
        self.assertEqual(encoded["encoded"], 390)

    def test_ids_of_any_text_come_back_as_they_were(self):
        ids = ["a,b", 'say "x"', "two\nlines", "病院・7", "=1+1", "-", "'", "x" * 1000]
        people = write_table(self.folder / "people.csv", [
            [text, f"Name{chr(65 + i)}", "Ellwood", f"19{i + 10}-04-17", "F", f"4821{i}"]
            for i, text in enumerate(ids)])
        study = Study(self, self.folder / "study")
        study.encode("hospital", people)
        study.init()
        study.import_files("hospital")
        study.link()
        study.add_project("p")
        study.release("p", self.folder / "maps")
        links = study.attach("hospital", self.folder / "maps", self.folder / "links.csv")
        self.assertEqual(sorted(links), sorted(ids))


class HelpTest(musubi_cli.ProgramTest):
    """What the programs say of themselves."""

    def words_of(self, program, *typed):
        """What a real bash offers after the words typed (the last one may be half a word)."""
        script = self.run_program(program, "completion", "bash").out.decode()
        line = " ".join(f"'{word}'" for word in (f"musubi-{program}", *typed))
        ask = (f"{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(typed)}\n"
               f"_musubi_{program}\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"")
        done = subprocess.run(["bash", "--norc", "-c", ask], check=True, capture_output=True,
                              text=True)
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split())

    def test_completion_is_a_script_that_bash_accepts(self):
        for program in PROGRAM_NAMES:
            script = self.run_program(program, "completion", "bash").out
            done = subprocess.run(["bash", "-n"], input=script, capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertIn(f"-F _musubi_{program} musubi-{program}".encode(), script)

    def test_bash_completes_commands_and_options(self):
        self.assertEqual(self.words_of("unit", "pro"), {"project"})
        self.assertEqual(self.words_of("unit", "project", ""), {"add", "amend", "revoke", "close", "list", "show"})
        self.assertEqual(self.words_of("unit", "link", "store", "--th"),
                         {"--threshold", "--threads"})
        self.assertEqual(self.words_of("holder", "encode", "people.csv", "--ref"), {"--refs"})
        self.assertEqual(self.words_of("study", "contract", "new", "--temp"), {"--template"})
        self.assertEqual(self.words_of("study", "contract", "new", "--contr"), set())

    def test_help_names_every_command_and_command_help_every_option(self):
        for program in PROGRAM_NAMES:
            text = self.run_program(program, "--help").out.decode()
            for command in self.words_of(program, ""):
                self.assertIn(f"  {command}", text)
        text = self.holder("encode", "--help").out.decode()
        for option in self.words_of("holder", "encode", "--"):
            self.assertIn(option, text)

    def test_a_program_without_a_command_shows_its_help_as_a_usage_error(self):
        for program in PROGRAM_NAMES:
            outcome = self.run_program(program, expect=64)
            self.assertEqual(outcome.out, b"")
            self.assert_says(outcome, "Commands:")

    def test_a_full_standard_output_is_an_error(self):
        # One text that waits in a buffer until the end, and one that does not fit into it.
        contract = json.loads(self.study("contract", "new", "--template", "western", "-o",
                                         "-").out)
        contract["fields"] += [{"name": f"x{i}", "kind": "text", "column": "y" * 200}
                               for i in range(50)]
        file = self.folder / "long.json"
        file.write_text(json.dumps(contract), encoding="utf-8")
        with open("/dev/full", "wb") as full:
            for words in (["new", "--template", "western", "-o", "-"], ["check", file]):
                outcome = self.study("contract", *words, stdout=full, expect=74)
                self.assert_says(outcome, "standard output")

    def test_the_programs_are_where_the_tests_look(self):
        for program in PROGRAM_NAMES:
            self.assertTrue(os.access(PROGRAMS / f"musubi-{program}", os.X_OK))


if __name__ == "__main__":
    unittest.main()
