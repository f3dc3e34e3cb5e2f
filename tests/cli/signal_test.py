"""Ctrl-C and kill: the program ends soon, and leaves nothing half done."""

import os
import shutil
import signal
import subprocess
import time
import unittest

import musubi_cli
from musubi_cli import PROGRAMS, SAMPLES, Running, Study, copy_store, generate, partition

HEADER = b"id,given_name,surname,birth_date,sex,postcode\n"
SECONDS = 30 if musubi_cli.SANITIZED else 3


def rows(first, count):
    """Rows of people with ids from `first` on."""
    return b"".join(b"P%07d,Anna,Ellwood,1961-04-%02d,F,48213\n" % (i, i % 28 + 1)
                    for i in range(first, first + count))


class EncodeSignalTest(musubi_cli.ProgramTest):
    """Encodes standard input, which the test feeds as it likes."""

    def setUp(self):
        super().setUp()
        self.study_of = Study(self, self.folder / "study")
        self.before = musubi_cli.names(self.study_of.folder)

    def start(self, source="-", **how):
        """Starts to encode."""
        words = self.study_of.encode_words("hospital", source)
        return Running([PROGRAMS / "musubi-holder", *words, "-j", "2"], **how)

    def assert_interrupted(self, running, asked):
        """The program ends soon after it was asked to, says so and leaves no file."""
        outcome = running.wait(asked + SECONDS - time.monotonic())
        self.assertEqual(outcome.code, 130, str(outcome))
        self.assertEqual(outcome.out, b"")
        self.assert_says(outcome, "interrupted")
        self.assertEqual(musubi_cli.names(self.study_of.folder), self.before)

    def wait_for_outputs(self):
        """Until the program has opened its outputs, under their temporary names."""
        end = time.monotonic() + musubi_cli.TIMEOUT_S
        while len(musubi_cli.names(self.study_of.folder)) < len(self.before) + 2:
            self.assertLess(time.monotonic(), end, "the program opens no output")
            time.sleep(0.005)

    def interrupt_stalled(self, number):
        """Signals a program whose input has stalled after some rows."""
        running = self.start(stdin=subprocess.PIPE)
        with running.process.stdin as feed:
            feed.write(HEADER + rows(0, 5000))
            feed.flush()
            self.wait_for_outputs()
            time.sleep(0.2)  # into the wait for more input
            asked = time.monotonic()
            os.kill(running.pid, number)
            self.assert_interrupted(running, asked)

    def test_an_input_that_stalls_can_be_interrupted(self):
        self.interrupt_stalled(signal.SIGINT)

    def test_a_polite_kill_is_an_interrupt_too(self):
        self.interrupt_stalled(signal.SIGTERM)

    def test_a_fifo_that_no_one_writes_to_can_be_interrupted(self):
        fifo = self.folder / "people.fifo"
        os.mkfifo(fifo)
        running = self.start(fifo)
        time.sleep(0.3)
        asked = time.monotonic()
        os.kill(running.pid, signal.SIGINT)
        self.assert_interrupted(running, asked)

    def test_an_input_that_flows_can_be_interrupted(self):
        running = self.start(stdin=subprocess.PIPE)
        asked = None
        first = 0
        try:
            running.process.stdin.write(HEADER)
            for first in range(0, 4_000_000, 2000):
                running.process.stdin.write(rows(first, 2000))
                if first == 100_000:
                    asked = time.monotonic()
                    os.kill(running.pid, signal.SIGINT)
        except BrokenPipeError:
            pass
        try:
            running.process.stdin.close()
        except BrokenPipeError:
            pass
        self.assertLess(first, 3_000_000, "the program read on")
        self.assert_interrupted(running, asked)


class LinkSignalTest(musubi_cli.PreparedTest):
    """A store with enough records that comparing all pairs takes a while."""

    def prepare(self, folder):
        people = generate(folder / "people", "--style", "western", "--persons", 12000,
                          "--holders", 2, "--overlap", 0.65, "--seed", 21)
        study = Study(self, folder / "study")
        study.encode("hospital", SAMPLES / "western/hospital.csv")
        study.init()
        study.import_files("hospital")
        study.link()
        study.add_project("p")
        study.encode("insurer", people / "insurer.csv")
        study.encode("registry", people / "hospital.csv")
        study.import_files("insurer", "registry")

    def setUp(self):
        super().setUp()
        self.study_of = Study(self, self.folder / "study")
        self.store = self.study_of.store

    def start_link(self, *options):
        """Starts a link run that reports its progress."""
        return Running([PROGRAMS / "musubi-unit", "link", self.store, "--progress", "json",
                        *options])

    def test_a_link_run_can_be_interrupted(self):
        with self.store_unchanged(self.store):
            running = self.start_link("-j", "1", "--candidates", "all_pairs")
            end = time.monotonic() + musubi_cli.TIMEOUT_S
            while b'"compare"' not in running.errors():
                self.assertLess(time.monotonic(), end, "no progress of the comparison")
                time.sleep(0.01)
            asked = time.monotonic()
            os.kill(running.pid, signal.SIGINT)
            outcome = running.wait(SECONDS)
            self.assertLess(time.monotonic() - asked, SECONDS)
            self.assertEqual((outcome.code, outcome.out), (130, b""), str(outcome))
            self.assert_says(outcome, "interrupted")

    def link_in(self, store, *options):
        """Links a store of this study; what the run told, but for what it took."""
        self.study_of.store = store
        told = self.study_of.link("--candidates", "all_pairs", *options)
        for key in ("stages", "memory", "went_on"):
            told.pop(key)
        return told

    def persons_in(self, store):
        """The local ids that each person has, by a project's ids."""
        self.study_of.store = store
        maps = store.parent / f"{store.name}-maps"
        self.study_of.release("p", maps)
        return partition({holder: self.study_of.attach(holder, maps, maps / f"{holder}.links.csv")
                          for holder in ("hospital", "insurer", "registry")})

    def test_a_killed_link_run_goes_on_where_it_was(self):
        undisturbed, killed = self.folder / "undisturbed", self.folder / "killed"
        copy_store(self.store, undisturbed)
        copy_store(self.store, killed)
        expected = self.link_in(undisturbed)
        step = ("--checkpoint-pairs", "10000000")
        running = Running([PROGRAMS / "musubi-unit", "link", killed, "--candidates", "all_pairs",
                           "-j", "1", *step])
        end = time.monotonic() + musubi_cli.TIMEOUT_S
        while not (killed / "run/links.00000002").exists():
            self.assertLess(time.monotonic(), end, "the run keeps nothing")
            self.assertIsNone(running.process.poll(), "the run ended too soon")
            time.sleep(0.002)
        os.kill(running.pid, signal.SIGKILL)
        self.assertEqual(running.wait().code, -signal.SIGKILL)
        status = self.unit("status", killed, "--json").json
        self.assertTrue(status["unfinished_run"])
        self.assertEqual([e["records"] for e in status["epochs"]], [390])
        self.assertIn(b"the same link command goes on with it", self.unit("status", killed).out)
        went_on = self.unit("link", killed, "--candidates", "all_pairs", "--progress", "json",
                            "--json", *step)
        self.assertTrue(went_on.json["went_on"])
        self.assert_says(went_on, "goes on with the unfinished link run")
        self.assertEqual({key: went_on.json[key] for key in expected}, expected)
        self.assertFalse((killed / "run").exists())
        self.assertFalse(self.unit("status", killed, "--json").json["unfinished_run"])
        self.assertEqual(self.persons_in(killed), self.persons_in(undisturbed))

    def test_a_killed_link_run_is_whole_or_absent(self):
        before = self.store_state(self.store)
        for delay in (0.01, 0.05, 0.1, 0.2, 0.4, 0.8):
            with self.subTest(delay):
                copy = self.folder / f"copy-{delay}"
                copy_store(self.store, copy)
                running = Running([PROGRAMS / "musubi-unit", "link", copy, "--candidates",
                                   "blocks"])
                time.sleep(delay)
                os.kill(running.pid, signal.SIGKILL)
                self.assertIn(running.wait().code, (0, -signal.SIGKILL))
                state = self.store_state(copy)
                if state != before:
                    self.assertEqual([e["records"] for e in state[0]["epochs"]], [390, 15990])
                shutil.rmtree(copy)


if __name__ == "__main__":
    unittest.main()
