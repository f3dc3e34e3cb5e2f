"""Withdrawal: a person leaves, is in no later release, and nothing of the record stays."""

import os
import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, read_table, write_table

SAMPLE = SAMPLES / "western"
HOLDERS = ("hospital", "insurer")


class WithdrawTest(musubi_cli.PreparedTest):
    """Each role in a folder of its own; both holders' records linked, for two projects."""

    def prepare(self, folder):
        study = Study(self, folder / "hospital")
        for program, name in (("holder", "hospital"), ("holder", "insurer"), ("unit", "unit")):
            (folder / name).mkdir(exist_ok=True)
            self.run_program(program, "keygen", "--name", name, "-o", folder / name,
                             "--no-passphrase")
        unit = folder / "unit"
        for holder in HOLDERS:
            self.seal(study, folder, holder)
        self.unit("init", unit / "store", "--no-passphrase", "--contract", study.contract,
                  "--approvals", "0",
                  *(word for holder in HOLDERS
                    for word in ("--trust", folder / holder / f"{holder}.crt")),
                  *study.overrides().trust())
        self.unit("import", unit / "store", *(folder / holder / "sent.pkg" for holder in HOLDERS),
                  "--key", unit / "unit.key")
        self.unit("link", unit / "store")
        for project in ("stroke", "heart"):
            self.unit("project", "add", unit / "store", project)

    def setUp(self):
        super().setUp()
        self.contract = self.folder / "hospital" / "contract.json"
        self.store = self.folder / "unit" / "store"
        self.released = 0

    def seal(self, study, folder, holder, *options, name="sent", **how):
        """Encodes a holder's sample into a sealed package in the holder's folder."""
        at = folder / holder
        return self.holder("encode", SAMPLE / f"{holder}.csv", "--contract", study.contract,
                           "--secret", study.key, "--holder", holder, "--id-column", "id", "--to",
                           folder / "unit" / "unit.crt", "--sign", at / f"{holder}.key", "-o",
                           at / f"{name}.pkg", "--refs", at / f"{name}.refs.csv",
                           *study.override_words(holder, SAMPLE / f"{holder}.csv"), *options,
                           **how)

    def request(self, holder, *words, by="patient", output="out.pkg", **how):
        """Makes a request of a holder's to the unit; returns what the command tells."""
        at = self.folder / holder
        return self.holder("withdraw", *words, "--by", by, "--contract", self.contract, "--sign",
                           at / f"{holder}.key", "--to", self.folder / "unit" / "unit.crt", "-o",
                           at / output, "--json", **how)

    def leave(self, holder, ids, *words, scope="all", **how):
        """Asks for the withdrawal of some ids."""
        table = write_table(self.folder / holder / "leaving.csv", [[one] for one in ids], ["id"])
        return self.request(holder, "--ids", table, "--id-column", "id", "--refs",
                            self.folder / holder / "sent.refs.csv", "--scope", scope, *words, **how)

    def carry_out(self, holder, package="out.pkg", receipt="receipt.pkg", **how):
        """The unit carries a request out and writes the receipt."""
        return self.unit("withdraw", self.store, self.folder / holder / package, "--key",
                         self.folder / "unit" / "unit.key", "-o",
                         self.folder / "unit" / receipt, "--json", **how)

    def links(self, project, *options):
        """Releases a project: holder -> local id -> project id."""
        self.released += 1
        out = self.folder / "unit" / f"release-{self.released}"
        self.unit("release", self.store, "--project", project, "-o", out, *options)
        links = {}
        for holder in HOLDERS:
            at = self.folder / holder
            joined = at / f"links-{self.released}.csv"
            self.holder("attach", out / f"{holder}.map.csv", "--refs", at / "sent.refs.csv", "-o",
                        joined)
            links[holder] = {row["local_id"]: row["project_id"] for row in read_table(joined)}
        return links

    def shared(self, links):
        """A person of both holders: the hospital's id and the insurer's."""
        of_project = {project: local for local, project in links["insurer"].items()}
        return next((local, of_project[project]) for local, project in links["hospital"].items()
                    if project in of_project)

    def refs_of(self, holder, local_id):
        """The bytes of a holder's references of an id."""
        return [bytes.fromhex(row["record_ref"])
                for row in read_table(self.folder / holder / "sent.refs.csv")
                if row["local_id"] == local_id]

    def found_in_store(self, ref):
        """The store's files that hold a reference: as a key, for values are sealed. A table leaves
        out what a key has in common with the one before it, which is a byte or two."""
        needle = ref[4:]
        return [path for path in self.store.rglob("*")
                if path.is_file() and needle in path.read_bytes()]

    def without(self, links, persons):
        """The links but for some persons."""
        return {holder: {local: project for local, project in of_holder.items()
                         if project not in persons} for holder, of_holder in links.items()}

    def test_a_person_leaves_for_good(self):
        before = self.links("stroke")
        heart = self.links("heart")
        leaving, elsewhere = self.shared(before)
        (ref,) = self.refs_of("hospital", leaving)
        self.assertTrue(self.found_in_store(ref))
        suppressed = self.folder / "hospital" / "suppressed.csv"
        asked = self.leave("hospital", [leaving], "--suppressed", suppressed).json
        self.assertEqual((asked["persons"], asked["records"], asked["suppressed"]), (1, 1, 1))
        self.assertEqual(os.stat(suppressed).st_mode & 0o777, 0o600)
        told = self.carry_out("hospital").json
        self.assertEqual((told["erased"], told["persons"], told["is_new"]), (1, 1, True))
        self.assertEqual(told["withdrawal"], asked["withdrawal"])
        self.assertEqual(self.found_in_store(ref), [])
        persons = {before["hospital"][leaving], heart["hospital"][leaving]}
        self.assertEqual(self.links("stroke"), self.without(before, persons))
        self.assertEqual(self.links("heart"), self.without(heart, persons))
        # An earlier epoch, and a later one.
        self.assertEqual(self.links("stroke", "--epoch", "1"), self.without(before, persons))
        self.unit("link", self.store)
        after = self.links("stroke")
        self.assertNotIn(leaving, after["hospital"])
        self.assertNotIn(elsewhere, after["insurer"])
        status = self.unit("status", self.store, "--json").json
        self.assertEqual(status["datasets"][0]["records"], len(before["hospital"]) - 1)
        self.assertEqual(status["epochs"][1]["kind"], "withdrawal")
        self.assertEqual(status["withdrawals"], {"made": 1, "taken_back": 0, "erased": 1})
        self.assert_suppressed(suppressed, leaving)

    def assert_suppressed(self, suppressed, leaving):
        """Encoding leaves out who is on the list, and counts the row."""
        study = Study(self, self.folder / "hospital")
        encoded = self.seal(study, self.folder, "hospital", "--without", suppressed, "--json",
                            name="again").json
        self.assertEqual(encoded["left_out"], 1)
        self.assertEqual(encoded["encoded"], encoded["rows"] - 1)
        ids = [row["local_id"]
               for row in read_table(self.folder / "hospital" / "again.refs.csv")]
        self.assertNotIn(leaving, ids)

    def test_the_other_records_of_a_person_can_come_back(self):
        before = self.links("stroke")
        leaving, elsewhere = self.shared(before)
        suppressed = self.folder / "hospital" / "suppressed.csv"
        asked = self.leave("hospital", [leaving], "--suppressed", suppressed).json
        self.carry_out("hospital")
        back = ("--reinstate", asked["withdrawal"])
        self.request("insurer", *back)
        self.assert_says(self.carry_out("insurer", receipt="no.pkg", expect=66), "no withdrawal")
        self.request("hospital", *back, "--suppressed", suppressed, output="back.pkg", by="proxy")
        self.assertEqual(read_table(suppressed), [])
        told = self.carry_out("hospital", "back.pkg", "back.receipt").json
        self.assertEqual((told["action"], told["erased"], told["persons"]), ("reinstate", 0, 1))
        after = self.links("stroke")
        self.assertNotIn(leaving, after["hospital"])
        self.assertEqual(after["insurer"], before["insurer"])
        self.request("hospital", *back, output="twice.pkg")
        self.assert_says(self.carry_out("hospital", "twice.pkg", "no.pkg", expect=77), "already")

    def test_a_receipt_does_not_tell_whom_other_holders_have(self):
        links = self.links("stroke")
        shared, _ = self.shared(links)
        others = set(links["insurer"].values())
        alone = next(local for local, project in links["hospital"].items()
                     if project not in others)
        receipts = []
        for number, local_id in enumerate((shared, alone)):
            asked = self.leave("hospital", [local_id], output=f"out-{number}.pkg").json
            self.carry_out("hospital", f"out-{number}.pkg", f"out-{number}.receipt")
            self.request("hospital", "--reinstate", asked["withdrawal"],
                         output=f"back-{number}.pkg")
            told = self.carry_out("hospital", f"back-{number}.pkg", f"back-{number}.receipt").json
            receipts.append({name: told[name] for name in ("action", "erased", "persons")})
        self.assertEqual(receipts[0], receipts[1])
        self.assertEqual(receipts[0], {"action": "reinstate", "erased": 0, "persons": 1})

    def test_one_project_can_be_left_and_joined_again(self):
        before = {project: self.links(project) for project in ("stroke", "heart")}
        leaving, _ = self.shared(before["stroke"])
        asked = self.leave("hospital", [leaving], scope="project:stroke").json
        told = self.carry_out("hospital").json
        self.assertEqual((told["erased"], told["persons"], told["project"]), (0, 1, "stroke"))
        person = before["stroke"]["hospital"][leaving]
        self.assertEqual(self.links("stroke"), self.without(before["stroke"], {person}))
        self.assertEqual(self.links("heart"), before["heart"])
        self.request("hospital", "--reinstate", asked["withdrawal"], output="back.pkg")
        self.carry_out("hospital", "back.pkg", "back.receipt")
        self.assertEqual(self.links("stroke"), before["stroke"])

    def test_the_receipt_proves_what_was_done(self):
        links = self.links("stroke")
        self.leave("hospital", [self.shared(links)[0]], by="proxy")
        told = self.carry_out("hospital").json
        unit = self.folder / "unit"
        at = self.folder / "hospital"
        signed = at / "receipt.json"
        shown = self.holder("receipt", unit / "receipt.pkg", "--key", at / "hospital.key",
                            "--trust", unit / "unit.crt", "-o", signed, "--json").json
        self.assertEqual(shown, {name: told[name] for name in shown})
        entry = self.unit("log", "show", self.store, "--json").json["entries"][-1]
        self.assertEqual((entry["kind"], entry["number"]), ("withdraw", shown["entry"]))
        self.assertEqual(entry["counts"],
                         {"erased": 1, "persons": 1, "proxy": 1, "records": 1, "reinstate": 0})
        self.assertEqual(entry["digests"]["request"], shown["request"])
        self.unit("log", "prove", self.store, "--key", unit / "unit.key", "--entry",
                  str(shown["entry"]), "-o", unit / "proof.json")
        self.unit("log", "verify", unit / "proof.json", "--cert", unit / "unit.crt")
        # For its holder alone, and of this unit alone.
        insurer = self.folder / "insurer"
        self.holder("receipt", unit / "receipt.pkg", "--key", insurer / "insurer.key", "--trust",
                    unit / "unit.crt", expect=77)
        self.unit("keygen", "--name", "other", "-o", unit, "--no-passphrase")
        self.holder("receipt", unit / "receipt.pkg", "--key", at / "hospital.key", "--trust",
                    unit / "other.crt", expect=77)

    def test_the_same_request_again_gives_its_receipt_and_changes_nothing(self):
        links = self.links("stroke")
        self.leave("hospital", [self.shared(links)[0]])
        told = self.carry_out("hospital").json
        with self.store_unchanged(self.store):
            again = self.carry_out("hospital", receipt="again.pkg").json
        self.assertFalse(again["is_new"])
        same = set(told) - {"is_new", "receipt", "log_entries", "log_root"}
        self.assertEqual({name: again[name] for name in same}, {name: told[name] for name in same})
        self.carry_out("hospital", expect=73)
        history = self.unit("history", self.store, "--json").json["epochs"][1]
        self.assertEqual(history["withdrawal"],
                         {"action": "withdraw", "scope": "all", "records": 1, "erased": 1,
                          "persons": 1, "asked_by": "patient"})

    def test_what_is_not_the_holders_is_refused_whole(self):
        links = self.links("stroke")
        leaving, elsewhere = self.shared(links)
        hospital = self.folder / "hospital"
        rows = read_table(hospital / "sent.refs.csv")
        (other,) = self.refs_of("insurer", elsewhere)
        forged = [[row["record_ref"], "hospital", row["local_id"]] for row in rows]
        forged[0][0] = other.hex()
        write_table(hospital / "sent.refs.csv", forged, ["record_ref", "holder", "local_id"])
        self.leave("hospital", [rows[0]["local_id"], rows[1]["local_id"]])
        with self.store_unchanged(self.store):
            refused = self.carry_out("hospital", expect=77)
        self.assert_says(refused, "1 of the request's 2 records", "nothing was withdrawn")
        self.assertNotIn(other.hex(), refused.message)
        self.assertFalse((self.folder / "unit" / "receipt.pkg").exists())
        entry = self.unit("log", "show", self.store, "--json").json["entries"][-1]
        self.assertEqual((entry["kind"], entry["error"]), ("withdraw", "refused"))
        self.leave("hospital", [leaving], scope="project:unheard", output="unheard.pkg")
        self.assert_says(self.carry_out("hospital", "unheard.pkg", expect=66), "no project")

    def test_the_holder_names_no_id(self):
        hospital = self.folder / "hospital"
        rows = read_table(hospital / "sent.refs.csv")
        with self.unchanged(self.folder / "unit"):
            refused = self.leave("hospital", [rows[0]["local_id"], "nobody-known"], expect=65)
            self.assert_says(refused, "leaving.csv: row 3, column id", "none of the references")
            self.assertNotIn("nobody-known", refused.message)
            twice = self.leave("hospital", [rows[0]["local_id"]] * 2, expect=65)
            self.assert_says(twice, "row 3, column id")
            self.leave("hospital", [rows[0]["local_id"]], scope="some", expect=64)
            self.leave("hospital", [rows[0]["local_id"]], "--reinstate", "0" * 32, expect=64)
            self.leave("hospital", [rows[0]["local_id"]], by="nobody", expect=64)
            self.leave("hospital", [rows[0]["local_id"]], "--suppressed", hospital / "s.csv",
                       scope="project:stroke", expect=64)
        self.assertFalse((hospital / "out.pkg").exists())


if __name__ == "__main__":
    unittest.main()
