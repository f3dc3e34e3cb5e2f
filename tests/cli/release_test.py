"""From an approved project to a researcher's table, each role in a folder of its own."""

import csv
import json
import random
import shutil
import subprocess
import unittest

import musubi_cli
from musubi_cli import ROOT, SAMPLES, Overrides, contents, names, read_table, write_table

SAMPLE = SAMPLES / "western"
HOLDERS = ("hospital", "insurer")
SEED = 20261130


class ReleaseTest(musubi_cli.PreparedTest):
    """Two holders, a unit, a review body and a researcher, whose project was approved."""

    def prepare(self, folder):
        here = self.folder
        self.folder = folder
        for role in (*HOLDERS, "unit", "board", "ethics", "ann"):
            (folder / role).mkdir()
        for program, name, options in (
                ("holder", "hospital", ()), ("holder", "insurer", ()), ("unit", "unit", ()),
                ("study", "board", ("--role", "review")),
                ("study", "ethics", ("--role", "review")), ("study", "ann", ("--role", "researcher"))):
            self.run_program(program, "keygen", "--name", name, "-o", folder / name,
                             "--no-passphrase", *options)
        shutil.copy(ROOT / "tests/flows/western_by_mean.json", folder / "contract.json")
        self.holder("secret", "new", "--contract", folder / "contract.json", "-o",
                    folder / "hospital/study.key")
        shutil.copy(folder / "hospital/study.key", folder / "insurer/study.key")
        for holder in HOLDERS:
            self.encode(holder)
        trusted = [word for name in (*HOLDERS, "board", "ethics") for word in ("--trust", self.crt(name))]
        self.unit("init", self.at("unit/store"), "--no-passphrase", "--contract",
                  self.at("contract.json"), *trusted)
        self.unit("import", self.at("unit/store"), *(self.at(f"unit/{h}.pkg") for h in HOLDERS),
                  "--key", self.at("unit/unit.key"))
        self.unit("link", self.at("unit/store"))
        self.approve("stroke", "hospital=diagnosis,dose", "insurer=costs")
        for holder in HOLDERS:
            self.write_rows(holder)
        self.folder = here

    def at(self, name):
        """A file of the test."""
        return self.folder / name

    def crt(self, name):
        """A party's certificate."""
        return self.folder / name / f"{name}.crt"

    def encode(self, holder):
        """Seals a holder's records to the unit."""
        self.holder("encode", SAMPLE / f"{holder}.csv", "--contract", self.at("contract.json"),
                    "--secret", self.at(f"{holder}/study.key"), "--holder", holder, "--id-column",
                    "id", "--sign", self.at(f"{holder}/{holder}.key"), "--to", self.crt("unit"),
                    "-o", self.at(f"unit/{holder}.pkg"), "--refs", self.at(f"{holder}/refs.csv"),
                    *self.override_words(holder))

    def override_words(self, holder):
        """What lets a holder's records leave."""
        bodies = Overrides(self, [self.at(f"{name}/{name}.key") for name in ("board", "ethics")])
        return bodies.words(self.at(holder), holder, self.at("contract.json"),
                            self.at(f"{holder}/study.key"), SAMPLE / f"{holder}.csv")

    def approve(self, project, *holders, smallest=1):
        """Has a project approved and added."""
        application = self.at(f"ann/{project}.json")
        self.study("apply", "--project", project, "--purpose", "Care after a stroke",
                   "--legal-basis", "Act 28", "--contract", self.at("contract.json"),
                   *(word for holder in holders for word in ("--holder", holder)), "--recipient",
                   self.crt("ann"), "--environment", "closed room", "--id-scope", "project",
                   "--smallest-count", smallest, "--expires", "2199-12-31", "-o", application)
        decision = self.at(f"board/{project}.approved")
        self.study("approve", application, "--key", self.at("board/board.key"),
                   "--conflict-of-interest", "none", "-o", decision)
        self.unit("project", "add", self.at("unit/store"), decision)

    def write_rows(self, holder):
        """A holder's rows: two of the first person, and one whom no one encoded."""
        ids = [row["id"] for row in read_table(SAMPLE / f"{holder}.csv")]
        draws = random.Random(SEED)
        rows = [[id_, f"I{draws.randrange(60, 70)}", draws.randrange(1, 9), draws.randrange(10**6),
                 "north"] for id_ in [*ids, ids[0], "nobody"]]
        write_table(self.at(f"{holder}/rows.csv"), rows, ["id", "diagnosis", "dose", "costs",
                                                          "ward"])

    def release(self, name="out", *options, project="stroke", **how):
        """Releases a project; returns the folder."""
        folder = self.at(f"unit/{name}")
        self.unit("release", self.at("unit/store"), "--project", project, "--key",
                  self.at("unit/unit.key"), "-o", folder, *options, **how)
        return folder

    def payload(self, holder, maps, *options, to="ann", **how):
        """Seals a holder's rows to the researcher; returns the outcome."""
        return self.holder("attach", maps / f"{holder}.map.pkg", "--refs",
                           self.at(f"{holder}/refs.csv"), "--key", self.at(f"{holder}/{holder}.key"),
                           "--trust", self.crt("unit"), "--trust", self.crt("board"), "--payload",
                           self.at(f"{holder}/rows.csv"), "--id-column", "id", "--contract",
                           self.at("contract.json"), "--to", self.crt(to), "-o",
                           self.at(f"ann/{holder}.pkg"), "--json", *options, **how)

    def open(self, *options, packages=HOLDERS, **how):
        """Opens packages into the researcher's table."""
        trusted = [word for name in (*HOLDERS, "unit") for word in ("--trust", self.crt(name))]
        return self.study("open", *(self.at(f"ann/{name}.pkg") for name in packages), "--key",
                          self.at("ann/ann.key"), *trusted, "-o", self.at("ann/table.csv"),
                          "--json", *options, **how)

    def manifest(self, folder):
        """What the unit tells the researcher."""
        return json.loads((folder / "manifest.json").read_text())["document"]

    def test_from_release_to_table(self):
        maps = self.release()
        self.assertEqual(names(maps), ["hospital.map.pkg", "insurer.map.pkg", "manifest.json"])
        receipt = self.payload("hospital", maps, "--identifiers", SAMPLE / "hospital.csv").json
        self.assertEqual(receipt["variables"], ["diagnosis", "dose"])
        self.assertEqual(receipt["left_out"], ["costs", "ward"])
        self.assertEqual((receipt["dropped"], receipt["compared_identifiers"]), (1, True))
        self.payload("insurer", maps)
        opened = self.open("--manifest", maps / "manifest.json").json
        table = read_table(self.at("ann/table.csv"))
        self.assertEqual(list(table[0]), ["project_id", "holder", "diagnosis", "dose", "costs"])
        told = self.manifest(maps)
        self.assertEqual(opened["persons"], told["persons"])
        self.assertEqual(len({row["project_id"] for row in table}), told["persons"])
        shared = [{row["project_id"] for row in table if row["holder"] == holder}
                  for holder in HOLDERS]
        self.assertEqual(told["persons_of_holders"][1], len(shared[0] & shared[1]))
        for told_of, persons in zip(told["holders"], shared):
            self.assertEqual(told_of["persons"], len(persons))
        rows = {(row["diagnosis"], row["dose"]) for row in table if row["holder"] == "hospital"}
        with open(self.at("hospital/rows.csv"), newline="", encoding="utf-8") as text:
            source = {(row["diagnosis"], row["dose"]) for row in csv.DictReader(text)
                      if row["id"] != "nobody"}
        self.assertEqual(rows, source)

    # The rows of a holder's file come in another order, and nothing of its ids is in the table.
    def test_the_table_tells_neither_order_nor_ids(self):
        maps = self.release()
        self.payload("insurer", maps)
        self.open(packages=("insurer",))
        table = [row["costs"] for row in read_table(self.at("ann/table.csv"))]
        source = [row["costs"] for row in read_table(self.at("insurer/rows.csv"))][:-1]
        self.assertEqual(sorted(table), sorted(source))
        at = {value: place for place, value in enumerate(source)}
        ascents = sum(at[a] < at[b] for a, b in zip(table, table[1:]))
        # (n - 1) / 2 in a random order, with a variance of (n + 1) / 12: eight deviations.
        self.assertLess(abs(ascents - (len(table) - 1) / 2), 8 * ((len(table) + 1) / 12) ** 0.5)
        text = self.at("ann/table.csv").read_text()
        for row in read_table(self.at("insurer/refs.csv")):
            self.assertNotIn(row["local_id"], text)
            self.assertNotIn(row["record_ref"], text)

    def test_a_wide_table_has_one_row_a_person(self):
        maps = self.release()
        for holder in HOLDERS:
            self.payload(holder, maps)
        self.assert_says(self.open("--wide", expect=65), "without --wide")
        for holder in HOLDERS:
            rows = read_table(self.at(f"{holder}/rows.csv"))[:-2]
            write_table(self.at(f"{holder}/rows.csv"), [row.values() for row in rows],
                        list(rows[0]))
            self.payload(holder, maps, "--force")
        self.open("--wide")
        table = read_table(self.at("ann/table.csv"))
        self.assertEqual(list(table[0]), ["project_id", "hospital.diagnosis", "hospital.dose",
                                          "insurer.costs"])
        self.assertEqual(len(table), self.manifest(maps)["persons"])

    def test_links_from_a_sealed_map(self):
        maps = self.release()
        words = ["attach", maps / "hospital.map.pkg", "--refs", self.at("hospital/refs.csv"), "-o",
                 self.at("hospital/links.csv")]
        self.assert_says(self.holder(*words, expect=64), "--key")
        words += ["--key", self.at("hospital/hospital.key"), "--trust", self.crt("unit")]
        self.assert_says(self.holder(*words, expect=77), "signed by")
        words += ["--trust", self.crt("board")]
        self.assert_says(self.holder(*words, "--approvals", "2", expect=77), "2 are asked for")
        for wrong in ("0", "3", "two"):
            self.holder(*words, "--approvals", wrong, expect=64)
        self.assert_says(self.holder(*words, "--charset", "cp932", expect=64),
                         "--charset goes with --payload")
        self.holder(*words)
        self.assertEqual(len(read_table(self.at("hospital/links.csv"))), 390)
        # Not to another holder, nor with the map of one.
        words[1] = maps / "insurer.map.pkg"
        self.assert_says(self.holder(*words, "--force", expect=77), "not for yours")

    def test_the_guard(self):
        maps = self.release()
        with open(self.at("hospital/rows.csv"), encoding="utf-8") as text:
            rows = list(csv.reader(text))
        person = read_table(SAMPLE / "hospital.csv")[5]
        leak = next(row for row in rows if row[0] == person["id"])
        leak[1] = f"{person['surname'].upper()} {person['given_name']}"
        write_table(self.at("hospital/rows.csv"), rows[1:], rows[0])
        refused = self.payload("hospital", maps, "--identifiers", SAMPLE / "hospital.csv",
                               expect=65)
        self.assert_says(refused, "row 7, column diagnosis", "--allow-column diagnosis")
        self.assertNotIn(person["surname"].lower(), refused.message.lower())
        self.assertEqual(contents(self.at("ann")).get("hospital.pkg"), None)
        allowed = self.payload("hospital", maps, "--identifiers", SAMPLE / "hospital.csv",
                               "--allow-column", "diagnosis").json
        self.assertEqual(allowed["allowed"], ["diagnosis"])
        opened = self.open(packages=("hospital",)).json
        self.assertEqual(opened["holders"][0]["allowed"], ["diagnosis"])

    def test_rows_leave_under_the_contract_of_the_project_alone(self):
        maps = self.release()
        self.at("contract.json").rename(self.at("approved.json"))
        for template in ("record", "clkhash"):
            self.study("contract", "new", "--template", template, "-o", self.at("contract.json"))
            self.payload("hospital", maps, expect=78)
            self.at("contract.json").unlink()
        self.assertFalse(self.at("ann/hospital.pkg").exists())

    def test_an_approved_identifier_column_is_refused(self):
        self.approve("names", "hospital=dose,surname")
        maps = self.release(project="names")
        rows = read_table(self.at("hospital/rows.csv"))
        write_table(self.at("hospital/rows.csv"),
                    [[row["id"], row["dose"], "x"] for row in rows], ["id", "dose", "surname"])
        self.assert_says(self.payload("hospital", maps, expect=65), "column surname")
        self.payload("hospital", maps, "--allow-column", "surname")

    def test_only_to_the_researcher_of_the_application(self):
        self.study("keygen", "--role", "researcher", "--name", "bob", "-o", self.at("ann"),
                   "--no-passphrase")
        shutil.move(self.at("ann/bob.crt"), self.at("unit/bob.crt"))
        (self.folder / "bob").mkdir()
        shutil.move(self.at("unit/bob.crt"), self.at("bob/bob.crt"))
        maps = self.release()
        self.assert_says(self.payload("hospital", maps, to="bob", expect=77), "ann")
        self.payload("hospital", maps, to="insurer", expect=77)
        self.assertFalse(self.at("ann/hospital.pkg").exists())

    def test_the_release_of_an_approved_project_is_sealed(self):
        words = ["release", self.at("unit/store"), "--project", "stroke", "-o", self.at("unit/x")]
        self.assert_says(self.unit(*words, expect=64), "--key")
        refused = self.release("x", "--to", self.crt("board"), expect=77)
        self.assertFalse(refused.exists())
        self.release("first")
        # Nothing of a map lies open.
        refs = [row["record_ref"] for row in read_table(self.at("hospital/refs.csv"))]
        for file in self.at("unit/first").iterdir():
            for ref in refs[:20]:
                self.assertNotIn(ref.encode(), file.read_bytes())

    def test_a_map_is_for_a_certificate_that_the_store_trusts(self):
        (self.folder / "renewed").mkdir()
        self.holder("keygen", "--name", "hospital", "-o", self.at("renewed"), "--no-passphrase")
        renewed = self.at("renewed/hospital.crt")
        self.release("x", "--to", renewed, expect=77)
        self.unit("trust", "add", self.at("unit/store"), renewed)
        self.release("x", expect=64)
        maps = self.release("x", "--to", renewed)
        self.payload("hospital", maps, expect=77)
        self.holder("attach", maps / "hospital.map.pkg", "--refs", self.at("hospital/refs.csv"),
                    "--key", self.at("renewed/hospital.key"), "--trust", self.crt("unit"),
                    "--trust", self.crt("board"), "-o", self.at("hospital/links.csv"))
        self.unit("trust", "remove", self.at("unit/store"), renewed, self.crt("hospital"))
        words = ["release", self.at("unit/store"), "--project", "stroke", "--key",
                 self.at("unit/unit.key"), "-o", self.at("unit/y")]
        self.assert_says(self.unit(*words, expect=77), "hospital", "trust add")
        self.assertFalse(self.at("unit/y").exists())

    def test_changes_go_to_the_researcher(self):
        self.release("first")
        rows = read_table(SAMPLE / "hospital.csv")[:20]
        write_table(self.at("insurer/late.csv"), [["L" + row["id"], *list(row.values())[1:]]
                                                  for row in rows])
        self.holder("encode", self.at("insurer/late.csv"), "--contract", self.at("contract.json"),
                    "--secret", self.at("insurer/study.key"), "--holder", "insurer", "--id-column",
                    "id", "--sign", self.at("insurer/insurer.key"), "--to", self.crt("unit"), "-o",
                    self.at("unit/late.pkg"), "--refs", self.at("insurer/late.refs.csv"),
                    *self.override_words("insurer"))
        self.unit("import", self.at("unit/store"), self.at("unit/late.pkg"), "--key",
                  self.at("unit/unit.key"))
        self.unit("link", self.at("unit/store"))
        self.assert_says(self.unit("release", self.at("unit/store"), "--project", "stroke", "--key",
                                   self.at("unit/unit.key"), "-o", self.at("unit/second"),
                                   expect=64), "ann", "--to")
        folder = self.release("second", "--to", self.crt("ann"))
        told = self.manifest(folder)
        self.assertEqual((told["release"], told["changes"]["since_epoch"]), (2, 1))
        words = ["changes", folder / "changes.pkg", "--key", self.at("ann/ann.key"), "-o",
                 self.at("ann/changes.csv"), "--trust"]
        self.study(*words, self.crt("hospital"), expect=77)
        opened = self.study(*words, self.crt("unit"), "--json").json
        self.assertEqual(len(read_table(self.at("ann/changes.csv"))), opened["ids"])

    def test_packages_of_two_releases_make_no_table(self):
        first, second = self.release("first"), self.release("second")
        self.payload("hospital", first)
        self.payload("insurer", second)
        self.assert_says(self.open(expect=77), "another release")
        self.payload("insurer", first, "--force")
        self.assert_says(self.open("--manifest", second / "manifest.json", expect=77),
                         "another release")
        self.open("--manifest", first / "manifest.json")

    def test_inspect_shows_the_manifest_and_who_signed_it(self):
        manifest = self.release() / "manifest.json"
        shown = self.study("inspect", manifest, "--trust", self.crt("unit"), "--json").json
        self.assertEqual(shown, {"document": self.manifest(manifest.parent), "verified": True})
        self.assertFalse(self.study("inspect", manifest, "--json").json["verified"])
        self.study("inspect", manifest, "--trust", self.crt("hospital"), expect=77)

    def test_who_withdrew_is_left_out_of_an_older_map_too(self):
        maps = self.release()
        with open(self.at("hospital/rows.csv"), newline="", encoding="utf-8") as text:
            leaving = next(csv.DictReader(text))["id"]
        listed = self.at("hospital/suppressed.csv")
        listed.write_text(f"local_id,withdrawal\n{leaving},{'7' * 32}\n")
        before = self.payload("hospital", maps).json
        after = self.payload("hospital", maps, "--without", listed, "--force").json
        self.assertEqual((before["withdrew"], after["withdrew"]), (0, 1))
        self.assertEqual(after["persons"], before["persons"] - 1)

    def test_small_counts_are_not_told(self):
        self.approve("rare", "hospital=dose", "insurer=costs", smallest=400)
        told = self.manifest(self.release(project="rare"))
        self.assertIn("<400", [holder["persons"] for holder in told["holders"]])
        self.assertIsNone(told["persons"])
        self.assertEqual(set(told["persons_of_holders"]), {None})
        register = self.at("unit/register.json")
        self.unit("log", "export", self.at("unit/store"), "--public", "--key",
                  self.at("unit/unit.key"), "-o", register)
        document = json.loads(register.read_text())["document"]
        public = document["releases"][0]
        self.assertIn("<400", public["holders"].values())
        self.assertEqual((public["persons"], public["records"]), (None, None))
        # Nor by the total of the holder's records.
        total = {holder["name"]: holder["records"] for holder in document["holders"]}
        for holder, records in public["holders"].items():
            self.assertEqual(total[holder] == "<400", records == "<400", holder)
        whole = self.manifest(self.release("whole"))
        self.assertEqual(sum(whole["persons_of_holders"]), whole["persons"])
        self.assertEqual(sum(k * n for k, n in enumerate(whole["persons_of_holders"], 1)),
                         sum(holder["persons"] for holder in whole["holders"]))

    def test_stock_openssl_opens_a_map(self):
        maps = self.release()
        shutil.copy(maps / "hospital.map.pkg", self.at("hospital/map.pkg"))
        subprocess.run(
            "tar xf map.pkg && for part in segment-*.cms; do openssl cms -decrypt -binary -inform DER"
            " -in $part -recip hospital.crt -inkey hospital.key; done > content && tar xf content",
            shell=True, cwd=self.at("hospital"), check=True, capture_output=True)
        document = json.loads(self.at("hospital/map.json").read_text())
        self.assertEqual((document["holder"], document["records"]), ("hospital", 390))
        self.assertEqual(len(read_table(self.at("hospital/map.csv"))), 390)

    def test_no_folder_holds_what_its_role_must_not_see(self):
        maps = self.release()
        for holder in HOLDERS:
            self.payload(holder, maps)
        self.open()
        surnames = {row["surname"].encode() for row in read_table(SAMPLE / "hospital.csv")
                    if len(row["surname"]) > 6}
        refs = {row["record_ref"].encode() for row in read_table(self.at("hospital/refs.csv"))}
        ids = {row["project_id"].encode() for row in read_table(self.at("ann/table.csv"))}
        seen = {role: b"".join(path.read_bytes() for path in sorted(self.at(role).rglob("*"))
                               if path.is_file()) for role in ("unit", "board", "ann")}
        for role, canaries in (("unit", surnames | ids), ("board", surnames | refs | ids),
                               ("ann", surnames | refs)):
            for canary in canaries:
                self.assertNotIn(canary, seen[role], role)
        self.assertTrue(all(canary in seen["ann"] for canary in ids))


if __name__ == "__main__":
    unittest.main()
