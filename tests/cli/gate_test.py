"""Nothing is sealed to a unit before its audit passed, or two review bodies overrode it; the unit logs which."""

import hashlib
import hmac
import json
import shutil
import time
import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, moment

PEOPLE = SAMPLES / "western" / "hospital.csv"


def sealed(report, secret, **changes):
    """A report with changes, sealed anew: docs/formats/audit.md and keys.md, by other code."""
    members = dict(json.loads(report), **changes, seal="0" * 64)
    text = json.dumps(members, indent=2, ensure_ascii=False) + "\n"
    root = hmac.digest(bytes.fromhex(members["contract"]), secret, "sha256")
    key = hmac.digest(root, b"musubi/1\0audit\0\x01", "sha256")
    seal = hmac.digest(key, text.encode(), "sha256").hex()
    return text.replace("0" * 64, seal)


class GateTest(musubi_cli.PreparedTest):
    """A hospital of few people, whose audit is inconclusive; two review bodies, and a unit."""

    def prepare(self, folder):
        study = Study(self, folder / "study")
        at = study.folder
        for program, name in (("holder", "hospital"), ("holder", "insurer"), ("unit", "unit")):
            self.run_program(program, "keygen", "--name", name, "-o", at, "--no-passphrase")
        self.study("keygen", "--role", "review", "--name", "stranger", "-o", at,
                   "--no-passphrase")
        people = at / "people.csv"
        people.write_bytes(b"".join(PEOPLE.read_bytes().splitlines(keepends=True)[:20]))
        study.override_words("hospital", people)
        self.unit("init", study.store, "--no-passphrase", "--contract", study.contract, "--trust",
                  at / "hospital.crt", *study.overrides().trust())

    def setUp(self):
        super().setUp()
        self.study_ = Study(self, self.folder / "study")
        self.at = self.study_.folder
        self.people = self.at / "people.csv"
        self.report = self.at / "hospital.audit.json"
        self.overrides = [self.at / "hospital.audit.irb", self.at / "hospital.audit.ethics"]

    def encode(self, *options, source=None, **how):
        """Seals the people to the unit, by what the options say."""
        return self.study_.encode("hospital", source or self.people, "--to", self.at / "unit.crt",
                                  "--sign", self.at / "hospital.key", *options, **how)

    def refused(self, *options, says, code=77, **how):
        """Nothing is written, and the message says why."""
        with self.unchanged(self.at):
            self.assert_says(self.encode(*options, expect=code, **how), says)

    def override_options(self, *files, trust=("irb", "ethics")):
        """The options that name overrides and who is trusted."""
        return [*(word for file in files for word in ("--override", file)),
                *(word for name in trust for word in ("--trust", self.at / f"{name}.crt"))]

    def override(self, source, name, key="irb", *options, **how):
        """A review body signs; returns the file."""
        file = self.at / name
        self.study("override", source, "--key", self.at / f"{key}.key", "-o", file, *options,
                   **how)
        return file

    def terms(self, holder="hospital", expires=None):
        """What the first signature says."""
        return ["--holder", holder, "--reason", "small increments", "--expires",
                expires or moment(86400)]

    def passing(self, **changes):
        """A report as of a passed audit."""
        file = self.at / "passed.json"
        file.write_text(sealed(self.report.read_text(), self.study_.key.read_bytes(),
                               **{"outcome": "pass", "findings": [], **changes}))
        return file

    def import_(self, **how):
        """Imports what was sealed."""
        return self.unit("import", self.study_.store, self.study_.enc("hospital"), "--key",
                         self.at / "unit.key", "--json", **how)

    def last_entry(self):
        """The last entry of the unit's log."""
        return self.unit("log", "show", self.study_.store, "--json").json["entries"][-1]

    def test_nothing_is_sealed_without_an_audit(self):
        self.refused(says="before its audit passed")
        self.refused("--audit", self.report, says="'inconclusive'")
        self.study_.encode("hospital", self.people)  # what stays needs none

    def test_a_small_file_has_a_report_to_override(self):
        report = json.loads(self.report.read_text())
        self.assertEqual(report["outcome"], "inconclusive")
        self.assertEqual([(finding["test"], finding["outcome"]) for finding in report["findings"]],
                         [("records", "inconclusive")])

    # No file of a few people passes: the seal is made here, as who has the secret can.
    def test_a_passed_audit_lets_its_own_file_leave(self):
        self.encode("--audit", self.passing(input=hashlib.sha256(
            self.people.read_bytes()).hexdigest()))
        imported = self.import_().json["imported"][0]
        digest = hashlib.sha256((self.at / "passed.json").read_bytes()).hexdigest()
        self.assertEqual(imported["audit"], {"outcome": "passed", "report": digest})
        self.assertEqual(self.last_entry()["digests"]["audit"], digest)
        self.assertNotIn("signers", self.last_entry())
        for command in (("status",), ("log", "show")):
            self.assertIn(f"audit passed (report {digest[:16]})",
                          self.unit(*command, self.study_.store).out.decode())

    def test_a_report_is_of_this_very_file(self):
        digest = hashlib.sha256(self.people.read_bytes()).hexdigest()
        passed = self.passing(input=digest)
        content = self.people.read_bytes()
        self.people.write_bytes(content + b"\n")
        self.refused("--audit", passed, says="is not the file that passed the audit")
        with open(self.people, "rb") as file:
            self.refused("--audit", passed, "--charset", "utf-8", source="-", stdin=file,
                         says="is not the file that passed the audit")
        self.people.write_bytes(content)
        with open(self.people, "rb") as file:
            self.encode("--audit", passed, "--charset", "utf-8", source="-", stdin=file)

    def test_a_report_is_of_this_contract_secret_and_columns(self):
        digest = hashlib.sha256(self.people.read_bytes()).hexdigest()
        edited = self.at / "edited.json"
        edited.write_text(self.report.read_text().replace('"outcome": "inconclusive"',
                                                          '"outcome": "pass"'))
        self.refused("--audit", edited, says="changed after the audit")
        edited.write_text(self.report.read_text() + "\n")
        self.refused("--audit", edited, says="not in its one form", code=65)
        passed = self.passing(input=digest, usual_policy=False)
        self.refused("--audit", passed, says="looser than the usual")
        passed = self.passing(input=digest)
        self.refused("--audit", passed, "--column", "surname=given_name", says="other columns")
        other = self.at / "other.json"
        self.study("contract", "new", "--template", "record", "-o", other)
        shutil.move(other, self.study_.contract)
        self.refused("--audit", passed, says="another contract", code=78)

    def test_a_report_is_of_this_secret(self):
        self.study_.key.unlink()
        self.holder("secret", "new", "--contract", self.study_.contract, "-o", self.study_.key)
        self.refused("--audit", self.report, says="another linkage secret")

    def test_two_bodies_let_a_file_leave_and_the_unit_logs_it(self):
        self.encode(*self.override_options(*self.overrides))
        shown = self.unit("inspect", self.study_.enc("hospital"), "--json").json["audit"]
        self.assertEqual(shown["outcome"], "overridden")
        self.assertNotIn("signers", shown)  # nobody verified them
        imported = self.import_().json["imported"][0]["audit"]
        self.assertEqual((imported["outcome"], imported["signers"]), ("overridden",
                                                                      ["ethics", "irb"]))
        entry = self.last_entry()
        self.assertEqual(entry["signers"], ["ethics", "irb"])
        self.assertEqual(entry["digests"]["audit"],
                         hashlib.sha256(self.report.read_bytes()).hexdigest())
        self.assertEqual(entry["digests"]["override"], imported["override"]["override_sha256"])
        self.assertNotIn("a sample for tests", json.dumps(entry))  # no sentence of anyone's
        for command in (("status",), ("log", "show")):
            text = self.unit(*command, self.study_.store).out.decode()
            self.assertIn("audit overridden by ethics, irb until ", text)
            self.assertIn(": a sample for tests", text)

    # An override is of a holder and a contract: small files go by it until it expires.
    def test_an_override_is_for_other_files_too(self):
        increment = self.at / "increment.csv"
        lines = PEOPLE.read_bytes().splitlines(keepends=True)
        increment.write_bytes(b"".join([lines[0], *lines[30:33]]))
        self.encode(*self.override_options(*self.overrides), source=increment)

    def test_what_overrides_nothing(self):
        irb, ethics = self.overrides
        options = self.override_options
        self.refused(*options(irb), says="1 signed one")
        twice = self.override(irb, "twice")
        self.refused(*options(irb, twice), says="signed by 'irb' as well")
        self.refused(*options(irb, ethics, trust=["irb"]), says="signed by none")
        stranger = self.override(irb, "stranger", "stranger")
        self.refused(*options(irb, stranger), says="signed by none")
        # A certificate of another role is none of a review body's.
        self.refused(*options(irb, ethics, trust=["irb", "hospital"]), says="signed by none")
        other = self.override(self.report, "other", "ethics", *self.terms())
        self.refused(*options(irb, other), says="another override than the first")
        changed = self.at / "changed"
        changed.write_bytes(ethics.read_bytes().replace(b"a sample for", b"a simple for"))
        self.refused(*options(irb, changed), says="changed")
        insurer = self.override(self.report, "insurer-1", "irb", *self.terms("insurer"))
        second = self.override(insurer, "insurer-2", "ethics")
        self.refused(*options(insurer, second), says="for the holder insurer, not for hospital")
        renewed = self.at / "renewed"
        renewed.mkdir()
        self.study("keygen", "--role", "review", "--name", "irb", "-o", renewed, "--no-passphrase")
        again = self.override(irb, "again", "renewed/irb")
        self.refused(*options(irb, again, trust=["irb", "renewed/irb"]),
                     says="signed by 'irb' as well")
        contract = self.at / "other.json"
        self.study("contract", "new", "--template", "record", "-o", contract)
        shutil.move(contract, self.study_.contract)
        self.refused(*options(irb, ethics), says="another contract", code=78)

    def test_an_override_runs_out(self):
        first = self.override(self.report, "first", "irb", *self.terms(expires=moment(2)))
        second = self.override(first, "second", "ethics")
        self.encode(*self.override_options(first, second))
        time.sleep(3)
        self.import_()  # it left in time
        self.study_.enc("hospital").unlink()
        self.study_.refs("hospital").unlink()
        self.refused(*self.override_options(first, second), says="ran out at")
        self.assert_says(self.study("override", first, "--key", self.at / "ethics.key", "-o",
                                    self.at / "late", expect=77), "ran out at")

    def test_options_go_together(self):
        override = self.override_options(*self.overrides)
        self.refused("--audit", self.report, *override, says="--audit", code=64)
        self.refused(*override[:4], says="--trust", code=64)
        self.refused("--audit", self.report, *override[4:], says="--trust", code=64)
        with self.unchanged(self.at):
            self.study_.encode("hospital", self.people, "--audit", self.report, expect=64)

    def test_a_body_signs_what_it_read(self):
        out = self.study("override", self.report, *self.terms(), "--key", self.at / "irb.key",
                         "-o", self.at / "read").out.decode()
        self.assertIn("records: inconclusive", out)
        self.assertIn("small increments", out)
        shown = self.holder("inspect", self.overrides[1], "--trust", self.at / "ethics.crt",
                            "--json").json
        self.assertEqual((shown["holder"], shown["signed_by"], shown["unpassed"][0]["test"]),
                         ("hospital", "ethics", "records"))
        self.holder("inspect", self.overrides[1], "--trust", self.at / "irb.crt", expect=77)

    def test_what_no_body_signs(self):
        def refused(*options, source=self.report, says, code=64):
            with self.unchanged(self.at):
                self.assert_says(self.study("override", source, "-o", self.at / "x", *options,
                                            expect=code), says)

        key = ["--key", self.at / "irb.key"]
        refused(*key, says="--holder is missing")
        refused(*key, *self.terms("Hospital"), says="names its holder")
        refused(*key, *self.terms(expires="2199-12-31"), says="366 days")
        refused(*key, *self.terms(expires=moment(-60)), says="was over when it was made")
        refused(*key, *self.terms(expires="tomorrow"), says="--expires is a day")
        refused(*key, *self.terms(), source=self.overrides[0], says="stays as it is")
        refused(*key, *self.terms(), source=self.passing(), says="needs none")
        refused("--key", self.at / "hospital.key", *self.terms(), says="must be a review's",
                code=77)
        refused(*key, *self.terms(), source=self.people, says="not in its one form", code=65)


if __name__ == "__main__":
    unittest.main()
