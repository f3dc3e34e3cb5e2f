"""A holder searches for the contract that exposes its people least and still links.

Three hundred people are too few for graphs: what the attacks find of thousands is measured by
bench/privacy/tune.sh. Here it is what the command says, writes and refuses. The secret is always
the same, so that the figures are.
"""

import csv
import json
import unittest
import xml.etree.ElementTree

import musubi_cli
from musubi_cli import SAMPLES

PEOPLE = SAMPLES / "western" / "hospital.csv"
NAMES = ("record", "saul_t4_l512", "saul_t6_l1024")


class TuneTest(musubi_cli.ProgramTest):
    """Tunes the western template on the sample."""

    def setUp(self):
        super().setUp()
        self.contract = self.folder / "contract.json"
        self.secret = self.folder / "secret.key"
        self.study("contract", "new", "--template", "western", "-o", self.contract)
        self.secret.write_bytes(bytes(range(32)))
        self.secret.chmod(0o600)

    def tune(self, *options, expect=None, names=NAMES):
        """Tunes among some candidates."""
        chosen = [word for name in names for word in ("--candidate", name)]
        return self.holder("audit", PEOPLE, "--contract", self.contract, "--secret", self.secret,
                           "--id-column", "id", "--tune", "--sample", "200", *chosen, *options,
                           expect=expect)

    def policy(self):
        """A file of limits that let all pass whose attacks break plain filters."""
        names = ("identical_share", "frequency_alignment", "weight_correlation",
                 "similarity_random", "similarity_neighbours", "graph_matching", "anchors_50",
                 "anchors_200", "anchors_1000", "probe_auc", "dictionary")
        limits = {"musubi_audit_policy": 1, "gini_floors": 1000, "entropy": 0,
                  "mined_tokens": 1000, "identical_multiplicity": 1000,
                  **{name: 1 for name in names}}
        file = self.folder / "policy.json"
        file.write_text(json.dumps(limits))
        return file

    def test_writes_the_chosen_contract_and_a_picture_of_all(self):
        """Whatever passes is a contract of the same fields, and is what is told of it."""
        tuned, plot = self.folder / "tuned.json", self.folder / "frontier.svg"
        outcome = self.tune("--errors", "none", "--policy", self.policy(), "--json", "-o", tuned,
                            "--plot", plot, expect=0)
        report = outcome.json
        by_name = {tried["name"]: tried for tried in report["candidates"]}
        self.assertEqual(set(by_name), set(NAMES))
        self.assertEqual(report["outcome"], "pass")
        chosen = by_name[report["chosen"]]
        self.assertGreaterEqual(chosen["f1_clean"]["lower"], report["least_f1"])
        self.assertTrue(any(tried["on_frontier"] for tried in by_name.values()))
        self.assertLess(chosen["risk"]["upper"], by_name["record"]["risk"]["upper"])
        self.assertEqual(json.loads(tuned.read_bytes()), chosen["contract"])
        checked = self.study("contract", "check", tuned, "--json").json
        self.assertEqual(checked["fingerprint"], chosen["fingerprint"])
        given = json.loads(self.contract.read_bytes())
        self.assertEqual(chosen["contract"]["fields"], given["fields"])
        root = xml.etree.ElementTree.parse(plot).getroot()
        texts = " ".join(element.text or "" for element in root.iter())
        for name in (*NAMES, report["chosen"] + " (chosen)"):
            self.assertIn(name, texts)

    def test_says_what_to_do_where_nothing_links_well_enough(self):
        """Half of the copies have errors: no encoding of these fields surely finds all."""
        tuned = self.folder / "tuned.json"
        outcome = self.tune("--least-f1", "0.999", "-o", tuned, names=NAMES[:1], expect=1)
        self.assertFalse(tuned.exists())
        text = outcome.out.decode()
        for part in ("clear text", "record", "clean the data", "--least-f1 0.", "fail"):
            self.assertIn(part, text)
        self.assert_says(outcome, "no contract was written")

    def test_says_what_to_do_where_nothing_passes(self):
        """A plain filter links, and no attack fails."""
        report = self.tune("--least-f1", "0.5", "--json", names=NAMES[:1], expect=1).json
        self.assertEqual((report["outcome"], report["chosen"]), ("fail", "record"))
        self.assertTrue(report["advice"])

    def test_is_the_same_at_any_number_of_threads_and_tells_no_value(self):
        """One seed, one report, and no cell of the file in it."""
        reports = []
        for threads in ("1", "2"):
            outcome = self.tune("-j", threads, "--json", "--least-f1", "0.5", names=NAMES[1:2])
            reports.append(outcome.json)
            reports[-1].pop("stages")
        self.assertEqual(*reports)
        with open(PEOPLE, encoding="utf-8", newline="") as text:
            for row in csv.DictReader(text):
                for name in ("id", "given_name", "surname", "birth_date"):
                    if len(row[name]) >= 6:
                        self.assertNotIn(row[name].encode(), outcome.out)

    def test_refuses_what_it_cannot_do(self):
        """Options of tuning without it, unknown candidates, floors that are none."""
        self.assert_says(self.holder("audit", PEOPLE, "--contract", self.contract, "--secret",
                                     self.secret, "--id-column", "id", "--plot", "x.svg",
                                     expect=64), "--tune")
        self.assert_says(self.tune(names=("saul_t7_l64",), expect=64), "saul_t6_l2048")
        for floor in ("2", "much", ""):
            self.assert_says(self.tune("--least-f1", floor, expect=64), "least")
        self.assert_says(self.tune("--errors", "some", expect=64), "usual or none")
        self.assert_says(self.tune("--page", "x.html", expect=64), "--page")


if __name__ == "__main__":
    unittest.main()
