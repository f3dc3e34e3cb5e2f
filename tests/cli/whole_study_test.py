"""A study from application to refusal, each who takes part in a folder of their own.

Three holders, the linkage unit, two review bodies and two researchers. Nothing passes between them but
the files that are handed over. At the end each folder is searched for what its owner must not have:
people who were planted, with values found nowhere else.
"""

import csv
import random
import shutil
import unittest

import musubi_cli
from leaks import byte_forms, find, forms_of
from musubi_cli import SAMPLES, moment, read_table

SAMPLE = SAMPLES / "japan"
CHARSETS = {"hospital": "utf-8", "insurer": "cp932", "municipality": "utf-8"}
HOLDERS = tuple(CHARSETS)
REVIEWERS = ("irb", "ethics")
RESEARCHERS = ("ann", "bob")
VARIABLES = {"hospital": "diagnosis", "insurer": "costs", "municipality": "care_level"}
SEED = 20261130


class Planted:
    """One person whom all holders have: identifiers, ids and rows that no one else has."""

    def __init__(self, draw):
        letters = lambda count: "".join(draw.choice("bdfjkqvwxz") for _ in range(count))
        kana = lambda count: "".join(draw.choice("ヌネヘホムメモユヨ") for _ in range(count))
        self.identifiers = {"name_kana": f"{kana(6)} {kana(5)}", "name_kanji": "鰐淵　鷲尾",
                            "birth_date": f"19{draw.randint(10, 19)}-0{draw.randint(1, 9)}-17",
                            "sex": "女", "postcode": f"{draw.randint(100, 999)}-{draw.randint(1000, 9999)}",
                            "address": f"青森県むつ市{letters(9)}", "phone":
                            f"090-{draw.randint(1000, 9999)}-{draw.randint(1000, 9999)}"}
        self.ids = {holder: f"{letters(4)}{draw.randint(10**6, 10**7 - 1)}" for holder in HOLDERS}
        self.approved = {holder: f"{letters(10)}" for holder in HOLDERS}
        self.not_approved = {holder: f"{letters(11)}" for holder in HOLDERS}

    def names(self):
        """What identifies the person, but for what many share."""
        return [value for column, value in self.identifiers.items() if column not in ("sex",)]


class WholeStudyTest(musubi_cli.ProgramTest):
    """The story, and what is left behind in each folder."""

    def setUp(self):
        super().setUp()
        draw = random.Random(SEED)
        self.leaving, self.staying = Planted(draw), Planted(draw)
        for party in (*HOLDERS, "unit", *REVIEWERS, *RESEARCHERS):
            (self.folder / party).mkdir()

    def at(self, party, name):
        """A file of a party."""
        return self.folder / party / name

    def give(self, giver, name, *takers):
        """Hands a file over: the taker has it under the same name."""
        for taker in takers:
            shutil.copy(self.at(giver, name), self.at(taker, name))

    def key_options(self, party, option="--key"):
        """The words that name a party's key."""
        return [option, self.at(party, f"{party}.key")]

    def trust(self, party, *others):
        """The words that name certificates of others, in the party's own folder."""
        return [word for other in others for word in ("--trust", self.at(party, f"{other}.crt"))]

    # What everyone does before anything is linked.
    def make_keys(self):
        parties = [("holder", name, []) for name in HOLDERS] + [("unit", "unit", [])]
        parties += [("study", name, ["--role", "review"]) for name in REVIEWERS]
        parties += [("study", name, ["--role", "researcher"]) for name in RESEARCHERS]
        everyone = [name for _, name, _ in parties]
        for program, name, role in parties:
            self.run_program(program, "keygen", "--name", name, "-o", self.folder / name,
                             "--no-passphrase", *role)
        for name in everyone:
            self.give(name, f"{name}.crt", *(other for other in everyone if other != name))

    def share_secret(self):
        """The contract goes to everyone, the secret from holder to holder."""
        first, *others = HOLDERS
        self.study("contract", "new", "--template", "japan-hospital", "-o",
                   self.at(first, "contract.json"))
        self.give(first, "contract.json", *others, "unit", *REVIEWERS, *RESEARCHERS)
        self.holder("secret", "new", "--contract", self.at(first, "contract.json"), "-o",
                    self.at(first, "study.secret"))
        for other in others:
            package = f"secret-for-{other}.pkg"
            self.holder("secret", "wrap", self.at(first, "study.secret"), "--contract",
                        self.at(first, "contract.json"), *self.key_options(first, "--sign"), "--to",
                        self.at(first, f"{other}.crt"), "-o", self.at(first, package))
            self.give(first, package, other)
            self.holder("secret", "unwrap", self.at(other, package), "--contract",
                        self.at(other, "contract.json"), *self.key_options(other), "--trust",
                        self.at(other, f"{first}.crt"), "-o", self.at(other, "study.secret"))

    def write_people(self, holder):
        """A holder's file of people, with the planted ones, and its rows of content."""
        charset = CHARSETS[holder]
        with open(SAMPLE / f"{holder}.csv", encoding=f"{charset.replace('utf-8', 'utf-8-sig')}",
                  newline="") as file:
            rows = list(csv.reader(file))
        header, people = rows[0], rows[1:]
        for person in (self.leaving, self.staying):
            values = {"id": person.ids[holder], **person.identifiers}
            people.insert(len(people) // 2, [values.get(column, "") for column in header])
        with open(self.at(holder, "people.csv"), "w", encoding=charset, newline="") as file:
            csv.writer(file).writerows([header, *people])
        variable = VARIABLES[holder]
        planted = {person.ids[holder]: person for person in (self.leaving, self.staying)}
        with open(self.at(holder, "rows.csv"), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", variable, "note"])
            for number, row in enumerate(people):
                person = planted.get(row[0])
                writer.writerow([row[0], person.approved[holder] if person else f"v{number % 7}",
                                 person.not_approved[holder] if person else "none"])

    def override(self, holder):
        """The holder audits its own file, too small to pass; both bodies let it leave."""
        self.holder("audit", self.at(holder, "people.csv"), "--contract",
                    self.at(holder, "contract.json"), "--secret", self.at(holder, "study.secret"),
                    "--id-column", "id", "--charset", CHARSETS[holder], "--sample", "64", "-o",
                    self.at(holder, f"{holder}.audit"), expect=1)
        first, second = REVIEWERS
        self.give(holder, f"{holder}.audit", first)
        self.study("override", self.at(first, f"{holder}.audit"), "--holder", holder, "--reason",
                   "a sample of made-up people", "--expires", moment(86400),
                   *self.key_options(first), "-o", self.at(first, f"{holder}.override-1"))
        self.give(first, f"{holder}.override-1", second, holder)
        self.study("override", self.at(second, f"{holder}.override-1"), *self.key_options(second),
                   "-o", self.at(second, f"{holder}.override-2"))
        self.give(second, f"{holder}.override-2", holder)
        return [word for number in (1, 2)
                for word in ("--override", self.at(holder, f"{holder}.override-{number}"))]

    def encode(self, holder):
        self.write_people(holder)
        self.holder("encode", self.at(holder, "people.csv"), "--contract",
                    self.at(holder, "contract.json"), "--secret", self.at(holder, "study.secret"),
                    "--holder", holder, "--id-column", "id", "--charset", CHARSETS[holder],
                    *self.key_options(holder, "--sign"), "--to", self.at(holder, "unit.crt"), "-o",
                    self.at(holder, f"{holder}.pkg"), "--refs", self.at(holder, "refs.csv"),
                    *self.override(holder), *self.trust(holder, *REVIEWERS))
        self.give(holder, f"{holder}.pkg", "unit")

    # What projects need.
    def approve(self, project, researcher, *holders):
        """A researcher applies, both bodies approve, the unit adds the project."""
        application = f"{project}.json"
        scopes = [word for holder in holders
                  for word in ("--holder", f"{holder}={VARIABLES[holder]}")]
        self.study("apply", "--project", project, "--purpose", f"What becomes of {project}",
                   "--legal-basis", "Act 28 of 2017", "--contract",
                   self.at(researcher, "contract.json"), *scopes, "--recipient",
                   self.at(researcher, f"{researcher}.crt"), "--environment", "a closed room",
                   "--id-scope", "project", "--smallest-count", "10", "--expires", "2199-12-31",
                   "-o", self.at(researcher, application))
        for reviewer in REVIEWERS:
            self.give(researcher, application, reviewer)
            self.study("approve", self.at(reviewer, application), *self.key_options(reviewer),
                       "--conflict-of-interest", "none", "-o",
                       self.at(reviewer, f"{project}.{reviewer}"))
            self.give(reviewer, f"{project}.{reviewer}", "unit")
        words = ["project", "add", self.at("unit", "store"), self.at("unit", f"{project}.irb")]
        self.assert_says(self.unit(*words, expect=77), "1 missing")
        self.unit(*words, self.at("unit", f"{project}.ethics"))

    def release(self, project, name, *options, **how):
        """The unit's release; returns what it told."""
        return self.unit("release", self.at("unit", "store"), "--project", project,
                         *self.key_options("unit"), "-o", self.at("unit", name), *options,
                         "--json", **how)

    def hand_out(self, project, name, researcher, *holders):
        """Maps to holders, rows to the researcher, and the researcher's table of them."""
        for holder in holders:
            shutil.copy(self.at("unit", name) / f"{holder}.map.pkg", self.at(holder, f"{name}.map.pkg"))
            package = f"{name}.{holder}.pkg"
            self.holder("attach", self.at(holder, f"{name}.map.pkg"), "--refs",
                        self.at(holder, "refs.csv"), *self.key_options(holder),
                        *self.trust(holder, "unit", *REVIEWERS), "--payload",
                        self.at(holder, "rows.csv"), "--id-column", "id", "--contract",
                        self.at(holder, "contract.json"), "--identifiers",
                        self.at(holder, "people.csv"), "--charset", CHARSETS[holder], "--to",
                        self.at(holder, f"{researcher}.crt"), "-o", self.at(holder, package))
            self.give(holder, package, researcher)
        shutil.copy(self.at("unit", name) / "manifest.json", self.at(researcher, f"{name}.json"))
        table = self.at(researcher, f"{name}.csv")
        self.study("open", *(self.at(researcher, f"{name}.{holder}.pkg") for holder in holders),
                   *self.key_options(researcher), *self.trust(researcher, "unit", *holders),
                   "--manifest", self.at(researcher, f"{name}.json"), "-o", table)
        return read_table(table)

    def withdraw(self, holder, person):
        """A person leaves: the holder asks, the unit does it, the holder has the receipt."""
        ids = self.at(holder, "leaving.csv")
        ids.write_text(f"id\n{person.ids[holder]}\n", encoding="utf-8")
        self.holder("withdraw", "--refs", self.at(holder, "refs.csv"), "--ids", ids, "--id-column",
                    "id", "--scope", "all", "--by", "proxy", "--contract",
                    self.at(holder, "contract.json"), *self.key_options(holder, "--sign"), "--to",
                    self.at(holder, "unit.crt"), "-o", self.at(holder, "leave.pkg"))
        self.give(holder, "leave.pkg", "unit")
        told = self.unit("withdraw", self.at("unit", "store"), self.at("unit", "leave.pkg"),
                         *self.key_options("unit"), "-o", self.at("unit", "receipt.pkg"),
                         "--json").json
        self.assertEqual((told["erased"], told["persons"]), (1, 1))
        self.give("unit", "receipt.pkg", holder)
        receipt = self.holder("receipt", self.at(holder, "receipt.pkg"), *self.key_options(holder),
                              *self.trust(holder, "unit"), "--json").json
        self.assertEqual(receipt["erased"], 1)

    def values_of(self, table):
        """All cells of a researcher's table."""
        return {value for row in table for value in row.values()}

    def play(self):
        """The story; returns the tables that researchers got."""
        self.make_keys()
        self.share_secret()
        for holder in HOLDERS:
            self.encode(holder)
        store = self.at("unit", "store")
        self.unit("init", store, "--no-passphrase", "--contract",
                  self.at("unit", "contract.json"), "--approvals", "2",
                  *self.trust("unit", *HOLDERS, *REVIEWERS))
        self.unit("import", store, *(self.at("unit", f"{holder}.pkg") for holder in HOLDERS),
                  *self.key_options("unit"))
        self.unit("link", store)
        self.approve("stroke", "ann", *HOLDERS)
        self.approve("heart", "bob", "hospital", "insurer")
        self.release("stroke", "stroke-1")
        self.release("heart", "heart-1")
        tables = {"stroke-1": self.hand_out("stroke", "stroke-1", "ann", *HOLDERS),
                  "heart-1": self.hand_out("heart", "heart-1", "bob", "hospital", "insurer")}
        self.withdraw("hospital", self.leaving)
        self.release("stroke", "stroke-2", "--to", self.at("unit", "ann.crt"))
        tables["stroke-2"] = self.hand_out("stroke", "stroke-2", "ann", *HOLDERS)
        self.study("revoke", self.at("irb", "stroke.json"), *self.key_options("irb"),
                   "--conflict-of-interest", "none", "--reason", "the protocol was not kept", "-o",
                   self.at("irb", "stroke.revoked"))
        self.give("irb", "stroke.revoked", "unit")
        self.unit("project", "revoke", store, self.at("unit", "stroke.revoked"))
        self.assert_says(self.release("stroke", "stroke-3", expect=77), "revoked")
        self.assertFalse(self.at("unit", "stroke-3").exists())
        self.release("heart", "heart-2", "--to", self.at("unit", "bob.crt"))
        return tables

    # What each must not have.
    def refs(self, holder):
        """The bytes of the planted persons' references."""
        ids = {person.ids[holder] for person in (self.leaving, self.staying)}
        return [bytes.fromhex(row["record_ref"]) for row in read_table(self.at(holder, "refs.csv"))
                if row["local_id"] in ids]

    def forbidden(self, party, tables):
        """The byte sequences that must be in no file of a party: what -> forms."""
        people = (self.leaving, self.staying)
        names = set().union(*(forms_of(value) for person in people for value in person.names()))
        ids = {holder: set().union(*(forms_of(person.ids[holder]) for person in people))
               for holder in HOLDERS}
        rows = {holder: set().union(*(forms_of(person.approved[holder]) for person in people))
                for holder in HOLDERS}
        notes = set().union(*(forms_of(value) for person in people
                              for value in person.not_approved.values()))
        refs = {holder: set().union(*(byte_forms(ref) for ref in self.refs(holder)))
                for holder in HOLDERS}
        secret = set(byte_forms(self.at(HOLDERS[0], "study.secret").read_bytes()))
        project_ids = {name: {row["project_id"].encode() for row in table}
                       for name, table in tables.items()}
        if party in HOLDERS:
            others = [holder for holder in HOLDERS if holder != party]
            return {f"{what} of {other}": forms[other] for other in others
                    for what, forms in (("ids", ids), ("rows", rows), ("references", refs))}
        told = {"names": names, "notes": notes, "secret": secret,
                **{f"ids of {holder}": forms for holder, forms in ids.items()}}
        if party == "unit":
            told.update({f"rows of {holder}": forms for holder, forms in rows.items()})
            return told
        told.update({f"references of {holder}": forms for holder, forms in refs.items()})
        if party in REVIEWERS:
            told.update({f"rows of {holder}": forms for holder, forms in rows.items()})
            told.update({f"ids of {name}": forms for name, forms in project_ids.items()})
        if party == "bob":
            told["rows of municipality"] = rows["municipality"]
            told["ids of stroke"] = project_ids["stroke-1"]
        if party == "ann":
            told["ids of heart"] = project_ids["heart-1"]
        return told

    def files(self, party):
        """Every file of a party, read."""
        return {str(path.relative_to(self.folder)): path.read_bytes()
                for path in sorted((self.folder / party).rglob("*")) if path.is_file()}

    def found(self, party, forms):
        """The files of a party in which a form stands."""
        return [name for name, content in self.files(party).items() if find(forms, content)]

    def test_from_application_to_refusal(self):
        tables = self.play()
        first, second = self.values_of(tables["stroke-1"]), self.values_of(tables["stroke-2"])
        for holder in HOLDERS:
            self.assertIn(self.leaving.approved[holder], first)
            # Whoever has it, the person is in no later release.
            self.assertNotIn(self.leaving.approved[holder], second)
            self.assertIn(self.staying.approved[holder], second)
        ids_of = {name: {row["project_id"] for row in table} for name, table in tables.items()}
        self.assertFalse(ids_of["stroke-1"] & ids_of["heart-1"])
        self.assertEqual(len(ids_of["stroke-1"] - ids_of["stroke-2"]), 1)
        searched = 0
        for party in (*HOLDERS, "unit", *REVIEWERS, *RESEARCHERS):
            for what, forms in self.forbidden(party, tables).items():
                self.assertTrue(forms, what)
                self.assertEqual(self.found(party, forms), [], f"{party} has {what}")
                searched += 1
        self.assertGreater(searched, 50)
        self.check_that_the_search_finds(tables)

    def check_that_the_search_finds(self, tables):
        """What is forbidden to one is found where it belongs."""
        secret = set(byte_forms(self.at(HOLDERS[0], "study.secret").read_bytes()))
        for holder in HOLDERS:
            self.assertEqual(self.found(holder, secret), [f"{holder}/study.secret"])
            for forms in (forms_of(self.staying.ids[holder]), forms_of(self.staying.approved[holder]),
                          forms_of(self.staying.not_approved[holder])):
                self.assertTrue(self.found(holder, forms))
            self.assertTrue(self.found(holder, forms_of(self.staying.identifiers["address"])))
            for ref in self.refs(holder):
                self.assertTrue(self.found(holder, set(byte_forms(ref))))
        for name, researcher in (("stroke-1", "ann"), ("heart-1", "bob")):
            self.assertTrue(self.found(researcher, {tables[name][0]["project_id"].encode()}))
        leak = self.at("irb", "leak")
        leak.write_bytes(b"\0" + self.staying.identifiers["name_kana"].encode("utf-16-le"))
        self.assertEqual(self.found("irb", forms_of(self.staying.identifiers["name_kana"])),
                         ["irb/leak"])


if __name__ == "__main__":
    unittest.main()
