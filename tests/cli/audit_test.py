"""A holder attacks its own encodings: what the audit tells, and that it tells no value.

The sample has too few records for most verdicts; what must not depend on that is tested here, and
the figures of five thousand people by bench/privacy/run.sh.
"""

import csv
import json
import unittest

import musubi_cli
from musubi_cli import SAMPLES

PEOPLE = SAMPLES / "western" / "hospital.csv"


class AuditTest(musubi_cli.ProgramTest):
    """Audits the western sample."""

    def contract(self, template):
        """A contract of a template, and a secret for it."""
        contract = self.folder / f"{template}.json"
        secret = self.folder / f"{template}.key"
        self.study("contract", "new", "--template", template, "-o", contract)
        self.holder("secret", "new", "--contract", contract, "-o", secret)
        return contract, secret

    def audit(self, template, *options, sample=200, expect=1):
        """Audits some of the people under a template."""
        contract, secret = self.contract(template)
        return self.holder("audit", PEOPLE, "--contract", contract, "--secret", secret,
                           "--id-column", "id", "--sample", str(sample), *options, expect=expect)

    def test_known_pairs_break_plain_filters_and_not_saul(self):
        """The control is what happens to plain filters, whatever is audited."""
        for template, broken in (("record", True), ("saul", False)):
            report = self.audit(template, "--json").json
            found = {(f["test"], f["case"]): f for f in report["findings"]}
            attack = found["anchor_profile", "50 known pairs"]
            self.assertGreater(attack["control"], 0.5)
            self.assertEqual(attack["value"] > 0.5, broken, template)
            self.assertEqual(found["anchor_profile", "1000 known pairs"]["outcome"],
                             "inconclusive")
            self.assertEqual(found["learnt_decoding", "a fifth known"]["note"],
                             "needs a sample of 1000 records")
            self.assertEqual(found["visible_neighbours", ""]["value"] > 1, broken, template)
            self.assertEqual(found["dictionary", "without the secret"]["control"], 1)
            opened = found["dictionary", "with the secret"]
            self.assertEqual((opened["attacker"], opened["value"], opened["outcome"]),
                             ("unit_with_holder", 1, "told"))

    def test_is_the_same_at_any_number_of_threads_and_writes_what_it_prints(self):
        """One seed, one report."""
        contract, secret = self.contract("saul")
        reports = []
        for threads in ("1", "2"):
            file = self.folder / f"report-{threads}.json"
            outcome = self.holder("audit", PEOPLE, "--contract", contract, "--secret", secret,
                                  "--id-column", "id", "--sample", "200", "-j", threads, "-o", file,
                                  "--json", expect=1)
            reports.append(file.read_bytes())
            printed = outcome.json
            printed.pop("stages")
            self.assertEqual(json.loads(reports[-1]), printed)
        self.assertEqual(*reports)

    def test_tells_no_value(self):
        """No cell of the file is in what is printed, nor in what the page holds."""
        page = self.folder / "page.html"
        outcome = self.audit("western", "--page", page)
        held = page.read_bytes().split(b'id="document">')[1].split(b"</script>")[0]
        with open(PEOPLE, encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        for row in rows:
            for name in ("id", "given_name", "surname", "birth_date"):
                if len(row[name]) >= 6:
                    self.assertNotIn(row[name].encode(), outcome.out)
                    self.assertNotIn(row[name].encode(), held)

    def test_limits_are_those_of_the_policy(self):
        """A policy that lets all pass, and one that is none."""
        policy = self.folder / "policy.json"
        policy.write_text('{"musubi_audit_policy": 1, "gini_floors": 1000, "blocks_outside": 0}')
        report = self.audit("record", "--json", "--policy", policy).json
        found = {f["test"]: f for f in report["findings"]}
        self.assertEqual(found["gini_floors"]["outcome"], "pass")
        self.assertEqual(found["blocks_outside"]["outcome"], "fail")
        policy.write_text('{"musubi_audit_policy": 1, "gini": 1}')
        self.assert_says(self.audit("saul", "--policy", policy, expect=65), "gini")

    def test_a_contract_says_what_protects_its_filters(self):
        """In a few lines, for those who agree to it."""
        file = self.folder / "contract.json"
        for template, protection in (("western", "nothing: it is plain"), ("saul", "SAUL, 4 terms"),
                                     ("clkhash", "what its schema says")):
            self.study("contract", "new", "--template", template, "-o", file, "--force")
            checked = self.study("contract", "check", file)
            self.assertIn(protection, checked.out.decode("utf-8"))
        self.study("contract", "new", "--template", "record", "-o", file, "--force")
        contract = json.loads(file.read_text(encoding="utf-8"))
        contract["description"] = "To link\x1b[2J registers."
        contract["filters"][0]["hardening"] = [{"kind": "balance"}, {"kind": "fold"}]
        contract["filters"][0]["features"][0]["salt"] = {"field": "birth_date", "form": "year"}
        file.write_text(json.dumps(contract), encoding="utf-8")
        checked = self.study("contract", "check", file, "--json").json
        self.assertEqual(checked["filters"][0]["protection"], "salt, balance, fold")
        self.assertEqual(checked["purpose"], contract["description"])
        self.assertNotIn(b"\x1b", self.study("contract", "check", file).out)

    def test_refuses_what_it_cannot_audit(self):
        """Samples out of range, and files of nobody; of a few people it can only say so."""
        self.assert_says(self.audit("saul", sample=10, expect=64), "64")
        few = self.folder / "few.csv"
        lines = PEOPLE.read_text(encoding="utf-8").splitlines(keepends=True)
        contract, secret = self.contract("record")
        words = ["audit", few, "--contract", contract, "--secret", secret, "--id-column", "id"]
        few.write_text("".join(lines[:64]), encoding="utf-8")
        report = self.holder(*words, "--json", expect=1).json
        self.assertEqual((report["rows"], report["sample"], report["outcome"]),
                         (63, 0, "inconclusive"))
        self.assertEqual([finding["note"] for finding in report["findings"]],
                         ["needs a sample of 64 records"])
        few.write_text(lines[0], encoding="utf-8")
        self.assert_says(self.holder(*words, expect=65), "no row can be encoded")


if __name__ == "__main__":
    unittest.main()
