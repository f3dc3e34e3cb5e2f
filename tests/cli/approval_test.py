"""Nothing leaves the unit without a signed approval that holds: applications, decisions, projects."""

import json
import shutil
import time
import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, moment, read_table

SAMPLE = SAMPLES / "western"
HOLDERS = ("hospital", "insurer")
BODIES = ("irb", "ethics", "stranger")


class ApprovalTest(musubi_cli.PreparedTest):
    """A linked store that asks for two approvals, and all that take part."""

    def prepare(self, folder):
        study = Study(self, folder / "study")
        keys = [("holder", name) for name in HOLDERS] + [("unit", "unit")]
        for program, name in keys:
            self.run_program(program, "keygen", "--name", name, "-o", study.folder,
                             "--no-passphrase")
        for role, names in (("review", BODIES), ("researcher", ("ann", "bob"))):
            for name in names:
                self.study("keygen", "--role", role, "--name", name, "-o", study.folder,
                           "--no-passphrase")
        self.make_store(study, "2")

    def make_store(self, study, approvals):
        """A linked store of both holders that pins two review bodies."""
        trusted = [word for name in (*HOLDERS, "irb", "ethics")
                   for word in ("--trust", study.folder / f"{name}.crt")]
        study.init("--approvals", approvals, *trusted)
        for holder in HOLDERS:
            if not study.enc(holder).exists():
                study.encode(holder, SAMPLE / f"{holder}.csv")
        study.import_files(*HOLDERS, options=("--allow-unsealed",))
        study.link()

    def setUp(self):
        super().setUp()
        self.study_ = Study(self, self.folder / "study")
        self.at = self.study_.folder
        self.store = self.study_.store

    def words(self, **changes):
        """The words of an application, some changed; a list gives an option several times."""
        options = {"project": "stroke", "purpose": "Care after a stroke", "legal-basis": "Act 28",
                   "contract": self.study_.contract, "holder": ["hospital=admitted,sex"],
                   "recipient": self.at / "ann.crt", "environment": "closed room",
                   "id-scope": "project", "condition": ["tables only"], "expires": "2199-12-31"}
        options.update({name.replace("_", "-"): value for name, value in changes.items()})
        return [word for name, value in options.items()
                for each in (value if isinstance(value, list) else [value])
                for word in (f"--{name}", each)]

    def apply(self, name="p", **changes):
        """Writes an application; returns its file."""
        file = self.folder / f"{name}.json"
        self.study("apply", *self.words(**changes), "-o", file)
        return file

    def decide(self, verb, application, body, *options, **how):
        """Has a review body decide; returns the decision's file."""
        file = application.with_suffix(f".{verb}.{body}")
        self.study(verb, application, "--key", self.at / f"{body}.key", "--conflict-of-interest",
                   "none", *options, "-o", file, **how)
        return file

    def approve(self, application, *bodies):
        """The approvals of some review bodies."""
        return [self.decide("approve", application, body) for body in bodies]

    def project(self, verb, *args, **how):
        """Runs a project command on the store."""
        return self.unit("project", verb, self.store, *args, **how)

    def added(self, **changes):
        """Adds a project that both bodies approve; returns its application."""
        application = self.apply(**changes)
        self.project("add", *self.approve(application, "irb", "ethics"))
        return application

    def release(self, name="out", **how):
        """Releases the project; returns the folder."""
        folder = self.folder / name
        self.unit("release", self.store, "--project", "stroke", "--key", self.at / "unit.key",
                  "--to", self.at / "ann.crt", "-o", folder, **how)
        return folder

    def ids(self, folder, holder="hospital"):
        """The holder's own id -> project id of one map."""
        links = folder / "links.csv"
        self.holder("attach", folder / f"{holder}.map.pkg", "--refs", self.study_.refs(holder),
                    "--key", self.at / f"{holder}.key",
                    *(word for name in ("unit", "irb", "ethics")
                      for word in ("--trust", self.at / f"{name}.crt")), "-o", links, "--force")
        return {row["local_id"]: row["project_id"] for row in read_table(links)}

    def refused(self, verb, *args, says, code=77):
        """A command that is refused changes nothing, and says why."""
        with self.store_unchanged(self.store):
            self.assert_says(self.project(verb, *args, expect=code), says)

    def test_two_approvals_open_the_gate_for_the_holders_named(self):
        application = self.apply()
        irb, ethics = self.approve(application, "irb", "ethics")
        self.refused("add", irb, says="1 missing")
        self.release(expect=66)
        self.project("add", irb, ethics)
        self.assertEqual(self.project("list", "--json").json[0]["state"], "approved")
        shown = self.project("show", "stroke", "--json").json
        self.assertEqual([decision["reviewer"] for decision in shown["decisions"]],
                         ["irb", "ethics"])
        self.assertEqual(shown["application"]["purpose"], "Care after a stroke")
        folder = self.release()
        self.assertTrue((folder / "hospital.map.pkg").exists())
        self.assertFalse((folder / "insurer.map.pkg").exists())
        self.refused("add", irb, ethics, says="already", code=73)

    def test_what_approves_nothing_is_refused(self):
        application = self.apply()
        irb, ethics = self.approve(application, "irb", "ethics")
        stranger = self.decide("approve", application, "stranger")
        self.refused("add", irb, stranger, says="none of the certificates")
        again = self.folder / "again"
        self.study("approve", application, "--key", self.at / "irb.key", "--conflict-of-interest",
                   "none", "-o", again)
        self.refused("add", irb, again, says="counts once")
        rejected = self.decide("reject", application, "ethics", "--reason", "too broad")
        self.refused("add", irb, rejected, says="to reject")
        self.refused("add", irb, ethics, rejected, says="to reject")
        other = self.approve(self.apply("other", purpose="Another"), "ethics")[0]
        self.refused("add", irb, other, says="another application")
        self.refused("add", application, says="signed document", code=65)
        self.refused("add", self.folder / "none", says="none", code=66)
        self.refused("add", "stroke", says="signed approvals")
        changed = self.folder / "changed"
        changed.write_bytes(irb.read_bytes().replace(b"Care after", b"Care before"))
        self.refused("add", changed, ethics, says="changed since")
        spaced = self.folder / "spaced"
        spaced.write_bytes(irb.read_bytes() + b"\n")
        self.refused("add", spaced, ethics, says="one form", code=65)

    def test_an_application_must_fit_the_store(self):
        other = self.folder / "other.json"
        contract = json.loads(self.study_.contract.read_text())
        contract["name"] = "another"
        other.write_text(json.dumps(contract))
        for changes, says, code in (({"contract": other}, "another contract", 78),
                                    ({"holder": ["hospital=sex", "registry=cause"]}, "registry",
                                     77)):
            files = self.approve(self.apply(says[:3], **changes), "irb", "ethics")
            self.refused("add", *files, says=says, code=code)

    def test_a_pinned_body_revokes_for_good(self):
        application = self.added()
        self.release()
        stranger = self.decide("revoke", application, "stranger", "--reason", "x")
        self.refused("revoke", stranger, says="none of the certificates")
        approval = application.with_suffix(".approve.irb")
        self.refused("revoke", approval, says="no revocation")
        of_other = self.decide("revoke", self.apply("q", purpose="Else"), "irb", "--reason", "x")
        self.refused("revoke", of_other, says="never had")
        self.project("revoke", self.decide("revoke", approval, "irb", "--reason", "breach"))
        self.assertEqual(self.project("list", "--json").json[0]["state"], "revoked")
        self.assert_says(self.unit("release", self.store, "--project", "stroke", "-o",
                                   self.folder / "no", expect=77), "revoked")
        self.assertFalse((self.folder / "no").exists())
        self.project("close", "stroke", expect=77)
        later = self.approve(self.apply("later", expires="2198-01-01"), "irb", "ethics")
        self.assert_says(self.project("amend", *later, expect=77), "revoked")
        self.project("add", *later, expect=73)

    def test_who_is_trusted_no_more_approves_nothing(self):
        application = self.added()
        self.release("first")
        self.unit("trust", "remove", self.store, self.at / "irb.crt")
        self.assert_says(self.unit("release", self.store, "--project", "stroke", "--key",
                                   self.at / "unit.key", "-o", self.folder / "no", expect=77),
                         "trusts 1", "amend")
        self.assertFalse((self.folder / "no").exists())
        self.unit("trust", "add", self.store, self.at / "irb.crt")
        self.release("second")
        self.assertTrue(application.exists())

    def test_who_is_whose_leaves_by_a_release_alone(self):
        self.unit("resolve", self.store)
        self.assert_says(self.unit("resolve", self.store, "-o", self.folder / "persons.csv",
                                   expect=77), "approved release")
        self.assertFalse((self.folder / "persons.csv").exists())

    def test_the_unit_closes_for_good(self):
        self.added()
        self.release()
        self.project("close", "stroke")
        self.assert_says(self.unit("release", self.store, "--project", "stroke", "-o",
                                   self.folder / "no", expect=77), "closed")
        self.project("close", "stroke", expect=77)
        self.project("close", "asthma", expect=66)
        self.assertEqual(self.project("list", "--json").json[0]["state"], "closed")

    def test_an_amendment_keeps_the_ids(self):
        before = self.approve(self.apply(), "irb", "ethics")
        self.project("add", *before)
        first = self.ids(self.release("first"))
        time.sleep(1)  # an amendment is decided on later
        wider = {"holder": ["hospital=sex", "insurer=costs"], "expires": "2199-01-01"}
        after = self.approve(self.apply("wider", **wider), "irb", "ethics")
        self.refused("amend", after[0], says="1 missing")
        self.project("amend", *after)
        folder = self.release("second")
        self.assertEqual(self.ids(folder), first)
        self.assertTrue((folder / "insurer.map.pkg").exists())
        self.assertEqual(len(self.project("show", "stroke", "--json").json["decisions"]), 4)
        # The way back is another application, not the earlier one once more.
        with self.subTest("rollback"):
            self.assert_says(self.project("amend", *before, expect=77), "before")
        for changes in ({"recipient": self.at / "bob.crt"}, {"id_scope": "release"}):
            files = self.approve(self.apply("x" + "".join(changes), **changes), "irb", "ethics")
            self.assert_says(self.project("amend", *files, expect=77), "keeps its recipient")
        files = self.approve(self.apply("gout", project="gout"), "irb", "ethics")
        self.project("amend", *files, expect=66)

    def test_an_expired_project_releases_nothing_until_it_is_amended(self):
        late = self.apply("late", project="late", expires=moment(3))
        self.added(expires=moment(3))
        self.release("first")
        time.sleep(4)
        self.assertEqual(self.project("list", "--json").json[0]["state"], "expired")
        self.assert_says(self.unit("release", self.store, "--project", "stroke", "-o",
                                   self.folder / "no", expect=77), "expired")
        self.project("amend", *self.approve(self.apply("longer"), "irb", "ethics"))
        self.release("second")
        self.assert_says(self.study("approve", late, "--key", self.at / "irb.key",
                                    "--conflict-of-interest", "none", "-o", self.folder / "l",
                                    expect=77), "run out")

    def test_ids_of_two_releases_match_by_nothing_where_the_scope_is_a_release(self):
        self.added(id_scope="release")
        first, second = self.release("first"), self.release("second")
        self.assertEqual(self.ids(first).keys(), self.ids(second).keys())
        self.assertFalse(set(self.ids(first).values()) & set(self.ids(second).values()))
        self.assertFalse((second / "changes.pkg").exists())

    def test_the_log_and_the_register_tell_of_it(self):
        application = self.apply()
        irb, ethics = self.approve(application, "irb", "ethics")
        self.project("add", irb, expect=77)
        self.project("add", irb, ethics)
        self.project("close", "stroke")
        entries = self.unit("log", "show", self.store, "--json").json["entries"][-3:]
        self.assertEqual([(e["kind"], e["result"], e["project"]) for e in entries],
                         [("project", "refused", "stroke"), ("project", "done", "stroke"),
                          ("close", "done", "stroke")])
        digest = self.study("inspect", application, "--json").json["application_sha256"]
        for entry in entries[:2]:
            self.assertEqual(entry["digests"]["application"], digest)
        self.assertEqual(entries[1]["counts"], {"approvals": 2})
        self.assertNotIn("Care after", json.dumps(entries))
        file = self.folder / "register.json"
        self.unit("log", "export", self.store, "--public", "--key", self.at / "unit.key", "-o",
                  file)
        self.unit("log", "verify", file, "--cert", self.at / "unit.crt")
        told = json.loads(file.read_text())["document"]["projects"][0]
        self.assertEqual((told["state"], told["application"]["environment"]),
                         ("closed", "closed room"))
        for number, decision in enumerate(told["decisions"]):
            copy = self.folder / f"copy-{number}"
            copy.write_text(json.dumps(decision, sort_keys=True, separators=(",", ":"),
                                       ensure_ascii=False) + "\n")
            body = ("irb", "ethics")[number]
            self.unit("inspect", copy, "--trust", self.at / f"{body}.crt")

    def test_inspect_shows_what_is_signed(self):
        application = self.apply()
        shown = self.holder("inspect", application, "--json").json
        self.assertEqual(shown["holders"], [{"holder": "hospital", "variables": ["admitted",
                                                                                 "sex"]}])
        decision = self.decide("reject", application, "irb", "--reason", "unclear")
        told = self.study("inspect", decision, "--json").json
        self.assertEqual((told["decision"], told["reason"], told["verified"]),
                         ("reject", "unclear", False))
        verified = self.study("inspect", decision, "--trust", self.at / "irb.crt", "--json").json
        self.assertTrue(verified["verified"])
        self.study("inspect", decision, "--trust", self.at / "ethics.crt", expect=77)

    def test_no_more_decisions_are_kept_than_a_map_holds(self):
        application = self.apply()
        text = json.loads(application.read_text())
        # Each quote is four bytes of a map.
        text["holders"][0]["variables"] = ['"' * 220 + f"{number:05}" for number in range(2000)]
        application.write_text(json.dumps(text, sort_keys=True, separators=(",", ":")) + "\n")
        decision = self.approve(application, "irb")[0]
        self.assert_says(self.project("add", *[decision] * 9, expect=65), "7 MiB together")

    def test_only_whole_applications_and_decisions_are_made(self):
        out = self.folder / "bad.json"
        for changes in ({"project": "Stroke"}, {"purpose": ""}, {"purpose": "a\nb"},
                        {"holder": ["hospital=a,a"]}, {"holder": ["hospital=a,"]},
                        {"holder": ["hospital", "hospital"]}, {"expires": "soon"},
                        {"expires": "2001-01-01"}, {"id_scope": "both"}, {"smallest_count": "0"}):
            with self.subTest(changes=changes):
                self.study("apply", *self.words(**changes), "-o", out, expect=64)
        self.study("apply", *self.words(recipient=self.at / "irb.crt"), "-o", out, expect=77)
        application = self.apply()
        self.study("apply", *self.words(), "-o", application, expect=73)
        for body, options, code in (("irb", ["--conflict-of-interest", "none"], 64),
                                    ("irb", ["--reason", "x", "--conflict-of-interest", ""], 64),
                                    ("ann", ["--reason", "x", "--conflict-of-interest", "no"], 77)):
            self.study("reject", application, "--key", self.at / f"{body}.key", *options, "-o", out,
                       expect=code)
        self.assertFalse(out.exists())

    def test_each_use_of_a_certificate_asks_for_its_role(self):
        self.unit("trust", "add", self.store, self.at / "ann.crt", expect=77)
        self.unit("trust", "add", self.store, self.at / "unit.crt", expect=77)
        self.unit("trust", "remove", self.store, self.at / "ethics.crt")
        application = self.apply()
        self.assert_says(self.project("add", *self.approve(application, "irb", "ethics"),
                                      expect=77), "none of the certificates")
        self.unit("trust", "remove", self.store, self.at / "irb.crt")
        self.unit("trust", "remove", self.store, self.at / "hospital.crt")
        self.assert_says(self.unit("trust", "remove", self.store, self.at / "insurer.crt",
                                   expect=77), "the last certificate of a holder")

    def test_one_approval_is_enough_where_the_policy_says_so(self):
        self.study_.store = self.store = self.folder / "other"
        self.make_store(self.study_, "1")
        self.project("add", *self.approve(self.apply(), "irb"))
        self.release()

    def test_a_store_without_approvals_says_so(self):
        bare = self.folder / "bare"
        made = self.unit("init", bare, "--no-passphrase", "--contract", self.study_.contract,
                         "--approvals", "0")
        self.assertIn("NO approval", made.out.decode())
        self.assertIn("NO approval", self.unit("status", bare).out.decode())
        self.unit("project", "add", bare, "one")
        self.assert_says(self.unit("project", "add", bare, "two", "three", expect=64), "one project")
        self.unit("project", "add", bare, self.approve(self.apply(), "irb")[0], expect=64)
        self.unit("init", self.folder / "x", "--no-passphrase", "--contract",
                  self.study_.contract, "--approvals", "3", expect=64)


if __name__ == "__main__":
    unittest.main()
