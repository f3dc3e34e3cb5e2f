#!/usr/bin/env python3
"""clkhash's users move over: their schema, their secret and their files, from CSV to links."""

import csv
import json
import pathlib
import unittest

from musubi_cli import ProgramTest

PEOPLE = [("%03d" % i, given, surname, "19%02d-0%d-1%d" % (50 + i % 40, 1 + i % 9, i % 10),
           "MF"[i % 2], "%04d" % (1000 + 37 * i))
          for i, (given, surname) in enumerate(
              (g, s) for g in ("anna", "berta", "clara", "dora", "emil", "fritz")
              for s in ("adler", "becker", "conrad", "dietz", "ernst"))]
HEADER = ("id", "given_name", "surname", "birth_date", "sex", "postcode")


class ClksTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.contract = self.folder / "contract.json"
        self.schema = self.folder / "schema.json"
        self.study("contract", "new", "--template", "clkhash", "-o", self.contract)
        schema = json.loads(self.contract.read_text())["clkhash"]
        self.schema.write_text(json.dumps(schema))
        self.secret = self.folder / "secret.txt"
        self.secret.write_text("correct horse battery staple\n")
        self.secret.chmod(0o600)

    def write(self, name, rows):
        with open(self.folder / name, "w", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows([HEADER, *rows])
        return self.folder / name

    def encode(self, holder, rows, *more, schema=None):
        output = self.folder / f"{holder}.json"
        return output, self.holder(
            "encode-clks", self.write(f"{holder}.csv", rows), "--schema", schema or self.schema,
            "--secret", self.secret, "-o", output, "--refs", self.folder / f"{holder}.refs.csv",
            "--holder", holder, "--id-column", "id", "--json", *more)

    def test_from_two_holders_to_links(self):
        north, _ = self.encode("north", PEOPLE[:20])
        south, _ = self.encode("south", [("s" + p[0], *p[1:]) for p in PEOPLE[10:]])
        store = self.folder / "store"
        self.unit("init", store, "--no-passphrase", "--contract", self.contract, "--approvals",
                  "0")
        self.unit("import", store, north, "--holder", "north")
        self.unit("import", store, south, "--holder", "south")
        linked = self.unit("link", store, "--threshold", "1", "--json").json
        self.assertEqual(linked["links"], 10)
        self.unit("project", "add", store, "move")
        self.unit("release", store, "--project", "move", "-o", self.folder / "release")
        ids = {}
        for holder in ("north", "south"):
            [project_map] = pathlib.Path(self.folder / "release").glob(f"*{holder}*")
            links = self.folder / f"{holder}.links.csv"
            self.holder("attach", project_map, "--refs", self.folder / f"{holder}.refs.csv",
                        "-o", links)
            with open(links, newline="") as lines:
                for row in csv.DictReader(lines):
                    person = row["local_id"].lstrip("s")
                    ids.setdefault(person, set()).add(row["project_id"])
        self.assertEqual(len(ids), len(PEOPLE))
        self.assertTrue(all(len(found) == 1 for found in ids.values()), ids)

    def test_a_schema_of_theirs_makes_the_contract(self):
        made = self.folder / "made.json"
        self.study("contract", "new", "--template", "clkhash", "--schema", self.schema, "-o", made)
        self.study("contract", "check", made)
        self.study("contract", "new", "--template", "western", "--schema", self.schema, "-o",
                   self.folder / "x.json", expect=64)
        direct, _ = self.encode("direct", PEOPLE)
        embedded, _ = self.encode("embedded", PEOPLE, schema=made)
        self.assertEqual(direct.read_bytes(), embedded.read_bytes())

    def test_import_wants_the_holder_and_the_right_length(self):
        north, _ = self.encode("north", PEOPLE)
        store = self.folder / "store"
        self.unit("init", store, "--no-passphrase", "--contract", self.contract, "--approvals",
                  "0")
        self.assertIn("--holder", self.unit("import", store, north, expect=64).message)
        short = self.folder / "short.json"
        short.write_text('{"clks": ["AAAA"]}')
        self.assertIn("/clks/0", self.unit("import", store, short, "--holder", "x",
                                            expect=65).message)
        empty = self.folder / "empty.json"
        empty.write_text('{"clks": []}')
        self.unit("import", store, empty, "--holder", "x", expect=65)
        self.assertEqual(self.unit("status", store, "--json").json["datasets"], [])

    def test_clks_need_a_contract_of_their_profile(self):
        north, _ = self.encode("north", PEOPLE)
        other = self.folder / "western.json"
        self.study("contract", "new", "--template", "western", "-o", other)
        store = self.folder / "store"
        self.unit("init", store, "--no-passphrase", "--contract", other)
        self.unit("import", store, north, "--holder", "north", expect=65)


if __name__ == "__main__":
    unittest.main()
