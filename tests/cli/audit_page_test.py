"""The page of an audit in a browser and on paper: web/audit/test/browser.mjs looks at a page of each
verdict.

The reports are one real one of few people, in which verdicts and texts are changed: what the page
makes of numbers does not depend on where they come from.
"""

import json
import shutil
import subprocess
import unittest

import musubi_cli
import pages
from musubi_cli import SAMPLES

MARKUP = "</script><script>window.wasRun=true</script><img src=x onerror=alert(1)>&amp;"


class AuditPageTest(musubi_cli.PreparedTest):
    """Pages of reports, each under its own name."""

    def prepare(self, folder):
        """Audits the western sample under SAUL."""
        contract = folder / "saul.json"
        secret = folder / "saul.key"
        self.study("contract", "new", "--template", "saul", "-o", contract)
        self.holder("secret", "new", "--contract", contract, "-o", secret)
        self.holder("audit", SAMPLES / "western/hospital.csv", "--contract", contract, "--secret",
                    secret, "--id-column", "id", "--sample", "100", "-o", folder / "real.json",
                    "--page", folder / "real.html", expect=1)

    def report(self, name, outcome, **changes):
        """A report of this verdict, in the audit's one form; returns its file."""
        report = json.loads((self.folder / "real.json").read_text(encoding="utf-8"))
        report |= {"outcome": outcome} | changes
        if "findings" not in changes:
            for place, finding in enumerate(report["findings"]):
                finding["outcome"] = outcome if place % 5 == 1 else "pass"
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return file

    def page(self, report):
        """The page of a report."""
        page = report.with_suffix(".html")
        self.holder("audit-page", report, "-o", page)
        return page

    def look(self, page, *words):
        """On the screen, on paper and without JavaScript; these words are on paper, of A4."""
        pages.look(self, "audit", page)
        if not shutil.which("pdftotext") or not shutil.which("pdfinfo"):
            print("pdftotext is not there: the print is not looked at")
            return
        pdf = pages.pictures("audit") / f"{page.stem}.pdf"
        info = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
        self.assertIn("A4", info)
        text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True,
                              check=True).stdout
        for word in (*words, "Encodings remain personal data"):
            self.assertIn(word, " ".join(text.split()))

    def test_a_pass(self):
        """The only verdict that opens the way."""
        self.look(self.page(self.report("pass", "pass")), "Passed: in every test")

    def test_attacks_that_are_too_weak(self):
        """They prove nothing."""
        self.look(self.page(self.report("invalid", "invalid")), "Not valid: ")

    def test_a_real_report(self):
        """As audit writes it; either program makes the same of the report."""
        self.look(self.folder / "real.html")
        for program in ("holder", "study"):
            again = self.folder / f"{program}.html"
            self.run_program(program, "audit-page", self.folder / "real.json", "-o", again)
            self.assertEqual(again.read_bytes(), (self.folder / "real.html").read_bytes())

    def test_texts_of_a_report_are_texts(self):
        """Whatever a report names its contract, purpose, fields and columns."""
        report = self.report("markup", "fail", contract_name=MARKUP, purpose=MARKUP + "MUSUBI_AUDIT_SUMMARY",
                             fields=[{"name": MARKUP, "kind": "<b>kind</b>"}], columns={MARKUP: MARKUP},
                             usual_policy=False, seed=2**64 - 1)
        page = self.page(report)
        self.look(page, "Failed: ", "looser than the usual ones")
        self.assertIn(f'"seed":"{2**64 - 1}"', page.read_text(encoding="utf-8"))

    def test_too_few_records_for_any_attack(self):
        """Then nothing is known of any attacker who has not the secret."""
        report = self.report("few", "inconclusive", rows=20, sample=0, findings=[
            {"test": "records", "case": "", "attacker": "outsider", "outcome": "inconclusive",
             "value": 0.0, "note": "needs a sample of 64 records"}])
        page = self.page(report)
        self.look(page, "Not decided: its one result")
        self.assertEqual(page.read_text(encoding="utf-8").count("<td>not known</td>"), 3)

    def test_an_audit_that_could_not_write_is_not_made(self):
        """An output that is there is refused at once, and the other does not appear."""
        report = self.folder / "new.json"
        for page in (self.folder / "real.html", report):
            self.holder("audit", SAMPLES / "western/hospital.csv", "--contract",
                        self.folder / "saul.json", "--secret", self.folder / "saul.key", "--id-column",
                        "id", "-o", report, "--page", page, expect=64 if page == report else 73)
            self.assertFalse(report.exists())

    def test_refuses_what_is_no_report_and_what_is_there(self):
        """A changed report, and an existing page."""
        report = self.report("other", "pass")
        page = self.page(report)
        self.assert_says(self.holder("audit-page", report, "-o", page, expect=73), "--force")
        report.write_text(report.read_text(encoding="utf-8") + " ", encoding="utf-8")
        with self.unchanged(self.folder):
            self.assert_says(self.holder("audit-page", report, "-o", self.folder / "new.html", expect=65),
                             report.name)


if __name__ == "__main__":
    unittest.main()
