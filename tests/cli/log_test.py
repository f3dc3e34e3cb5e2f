"""The audit log: what is done and refused is in it, and others can verify it without the unit."""

import base64
import csv
import hashlib
import json
import re
import shutil
import subprocess
import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, contents, copy_store, limit_files, names

SAMPLE = SAMPLES / "western"
HOLDERS = ("hospital", "insurer")


def leaf(line):
    """The hash of an entry as a leaf of the tree: RFC 9162, section 2.1.1."""
    return hashlib.sha256(b"\0" + line).digest()


def root(leaves):
    """The root of the tree over some leaves, by the RFC's definition."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return hashlib.sha256(b"\1" + root(leaves[:left]) + root(leaves[left:])).digest()


def lines_of(folder):
    """The lines of an export, without their line feeds."""
    return (folder / "log.jsonl").read_bytes().split(b"\n")[:-1]


def register_of(entries):
    """The public register, made from the entries of a log alone: no project needs an approval."""
    holders, done, refused, projects, releases = {}, {}, {}, [], []
    for entry in entries:
        if entry["result"] == "refused":
            refused[entry["kind"]] = refused.get(entry["kind"], 0) + 1
            continue
        done[entry["kind"]] = done.get(entry["kind"], 0) + 1
        if entry["kind"] == "import":
            for name, records in entry["holders"].items():
                holder = holders.setdefault(name, {"name": name, "data_sets": 0, "records": 0})
                holder["data_sets"] += 1
                holder["records"] += records
        if entry["kind"] == "project":
            projects.append({"name": entry["project"], "epoch": entry["epoch"],
                             "time": entry["time"], "state": "approved", "decisions": []})
        if entry["kind"] == "release":
            counts = entry["counts"]
            releases.append({"number": counts["release"], "project": entry["project"],
                             "epoch": entry["epoch"], "records": counts["records"],
                             "persons": counts["persons"], "holders": entry["holders"],
                             "despite_hold": counts["despite_hold"] == 1, "time": entry["time"]})
    return {"holders": [holders[name] for name in sorted(holders)], "projects": projects,
            "releases": releases, "done": done, "refused": refused}


class LogTest(musubi_cli.PreparedTest):
    """A unit with keys, and a store with which much was done and much was refused."""

    def prepare(self, folder):
        study = Study(self, folder / "study")
        for name in ("unit", "other-unit"):
            self.unit("keygen", "--name", name, "-o", study.folder, "--no-passphrase")
        study.init()
        for holder in HOLDERS:
            study.encode(holder, SAMPLE / f"{holder}.csv")
            study.import_files(holder)
        study.import_files("hospital", expect=73)
        study.link()
        study.add_project("stroke")
        self.unit("project", "add", study.store, "stroke", expect=73)
        study.release("stroke", study.folder / "released")
        self.unit("release", study.store, "--project", "asthma", "-o", study.folder / "no",
                  expect=66)
        self.unit("review", "accept", study.store, "999999", "--reviewer", "ann", expect=66)

    EXPECTED = [("create", ""), ("import", ""), ("import", ""), ("import", "exists"), ("link", ""),
                ("project", ""), ("project", "exists"), ("release", ""), ("release", "no_input"),
                ("review", "no_input")]

    def setUp(self):
        super().setUp()
        self.study_ = Study(self, self.folder / "study")
        self.at = self.study_.folder
        self.store = self.study_.store
        self.key = ("--key", self.at / "unit.key")

    def log(self, command, *args, **how):
        """Runs a log command on the store, with the unit's key."""
        return self.unit("log", command, self.store, *self.key, *args, **how)

    def entries(self):
        """What the log says."""
        return self.unit("log", "show", self.store, "--json").json["entries"]

    def verify(self, path, *args, cert="unit", **how):
        """Verifies with nothing but a certificate."""
        return self.unit("log", "verify", path, "--cert", self.at / f"{cert}.crt", *args, **how)

    def export(self, name="log"):
        """Exports the log into a new folder."""
        self.log("export", "-o", self.folder / name)
        return self.folder / name

    def kept(self, name="kept.json"):
        """A head for others to keep."""
        self.log("sign", "-o", self.folder / name)
        return self.folder / name

    def test_every_operation_and_refusal_is_one_entry(self):
        told = [(entry["kind"], entry.get("error", "")) for entry in self.entries()]
        self.assertEqual(told, self.EXPECTED)
        shown = self.unit("log", "show", self.store, "--limit", "3")
        self.assertIn("refused: no_input", shown.out.decode())
        self.assertEqual(len(shown.out.decode().splitlines()), 4)
        # Looking is no operation, nor is a line that was not understood, nor a failure.
        self.unit("status", self.store)
        self.unit("history", self.store)
        self.unit("link", self.store, "--threshold", "many", expect=64)
        self.unit("import", self.folder / "no store", self.study_.enc("hospital"), expect=66)
        self.assertEqual(len(self.entries()), len(self.EXPECTED))
        self.unit("import", self.store, self.folder / "none", expect=66)
        self.unit("trust", "remove", self.store, self.at / "unit.crt", expect=66)
        self.unit("trust", "add", self.store, self.at / "unit.crt", expect=77)
        told = [(entry["kind"], entry.get("error", "")) for entry in self.entries()]
        self.assertEqual(told[len(self.EXPECTED):],
                         [("import", "no_input"), ("trust", "no_input"), ("trust", "refused")])

    def test_anyone_can_verify_an_export(self):
        folder = self.export()
        shutil.rmtree(self.store)
        lines = lines_of(folder)
        verified = self.verify(folder, "--json").json
        self.assertEqual((verified["verified"], verified["refused"]), ("log", 4))
        # The same by another program, from the page of the format alone.
        self.assertEqual(root([leaf(line) for line in lines]).hex(), verified["head"]["root"])
        previous = "0" * 64
        for number, line in enumerate(lines, 1):
            entry = json.loads(line)
            self.assertEqual((entry["number"], entry["previous"]), (number, previous))
            self.assertEqual(line, json.dumps(entry, sort_keys=True, separators=(",", ":"),
                                              ensure_ascii=False).encode())
            previous = leaf(line).hex()
        self.stock_openssl_verifies(folder / "head.json")
        self.verify(folder, cert="other-unit", expect=77)

    def stock_openssl_verifies(self, file):
        """The signature is the certificate's, says openssl."""
        signed = json.loads(file.read_text())
        document = json.dumps(signed["document"], sort_keys=True, separators=(",", ":"))
        (self.folder / "document").write_text(document)
        (self.folder / "signature").write_bytes(base64.b64decode(signed["signature"]))
        subprocess.run(["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in",
                        self.folder / "signature", "-content", self.folder / "document",
                        "-certfile", self.at / "unit.crt", "-nointern", "-noverify", "-out",
                        "/dev/null"], check=True, capture_output=True)

    def test_changes_of_an_export_are_found(self):
        folder = self.export()
        whole = (folder / "log.jsonl").read_bytes()
        lines = lines_of(folder)
        for bad in (whole.replace(b'"records":390', b'"records":391', 1), whole[:-1], whole + b"\n",
                    b"\n".join(lines[1:]) + b"\n", b"\n".join(lines[:-1]) + b"\n",
                    b"\n".join(lines[:3] + lines[4:]) + b"\n",
                    b"\n".join([lines[0], lines[2], lines[1]] + lines[3:]) + b"\n", b""):
            self.assertNotEqual(bad, whole)
            (folder / "log.jsonl").write_bytes(bad)
            with self.subTest(bad=len(bad)):
                self.verify(folder, expect=65)
        (folder / "log.jsonl").unlink()
        self.verify(folder, expect=66)
        (folder / "log.jsonl").write_bytes(whole)
        self.verify(folder)

    def test_a_kept_head_shows_rollback_and_fork(self):
        before = self.folder / "before"
        shutil.copytree(self.store, before)
        early = self.kept("early.json")
        self.study_.add_project("asthma")
        late = self.kept("late.json")
        self.study_.add_project("gout")
        grown = self.export("grown")
        for head in (early, late):
            self.verify(grown, "--head", head)
        # The same store, as it was: every part of it agrees, and only the kept head does not.
        shutil.rmtree(self.store)
        shutil.copytree(before, self.store)
        rolled_back = self.export("rolled-back")
        self.verify(rolled_back)
        self.verify(rolled_back, "--head", early)
        self.assert_says(self.verify(rolled_back, "--head", late, expect=77), "rolled back")
        self.log("prove", "--since", late, "-o", self.folder / "p.json", expect=77)
        # Then it goes another way.
        self.study_.add_project("other")
        self.study_.add_project("ways")
        fork = self.export("fork")
        self.verify(fork, "--head", early)
        self.assert_says(self.verify(fork, "--head", late, expect=77), "replaced")
        self.assert_says(self.log("prove", "--since", late, "-o", self.folder / "p.json",
                                  expect=77), "replaced")
        self.assertFalse((self.folder / "p.json").exists())

    def test_proofs(self):
        early = self.kept()
        self.study_.add_project("asthma")
        proof = self.folder / "proof.json"
        for number in (1, 5, len(self.EXPECTED) + 1):
            self.log("prove", "--entry", number, "-o", proof, "--force")
            self.assertEqual(self.verify(proof, "--json").json["entry"], number)
        self.verify(proof, "--head", early, expect=64)
        self.verify(proof, cert="other-unit", expect=77)
        changed = json.loads(proof.read_text())
        changed["entry"]["project"] = "gout"
        proof.write_text(json.dumps(changed, sort_keys=True, separators=(",", ":")) + "\n")
        self.verify(proof, expect=65)
        self.log("prove", "--entry", "0", "-o", self.folder / "no", expect=64)
        self.log("prove", "--entry", "99", "-o", self.folder / "no", expect=64)
        self.log("prove", "-o", self.folder / "no", expect=64)
        growth = self.folder / "growth.json"
        self.log("prove", "--since", early, "-o", growth)
        since = self.verify(growth, "--head", early, "--json").json
        self.assertEqual((since["verified"], since["since"]["entries"]),
                         ("growth", len(self.EXPECTED)))
        self.assert_says(self.verify(growth, "--head", self.kept("late.json"), expect=77),
                         "another earlier head")
        changed = json.loads(growth.read_text())
        changed["path"][0] = "00" * 32
        growth.write_text(json.dumps(changed, sort_keys=True, separators=(",", ":")) + "\n")
        self.verify(growth, expect=65)

    def test_the_register_is_what_the_log_says(self):
        register = self.folder / "register.json"
        self.log("export", "--public", "-o", register)
        self.assertEqual(self.verify(register, "--json").json["verified"], "register")
        document = json.loads(register.read_text())["document"]
        made = register_of(map(json.loads, lines_of(self.export())))
        self.assertEqual({name: document[name] for name in made}, made)
        self.assertEqual([holder["name"] for holder in made["holders"]], list(HOLDERS))
        self.assertEqual((len(made["projects"]), len(made["releases"])), (1, 1))
        self.stock_openssl_verifies(register)
        register.write_text(register.read_text().replace('"records":390', '"records":391'))
        self.verify(register, expect=77)

    # The register and the log are for others' eyes.
    def test_nothing_of_a_record_is_in_log_or_register(self):
        self.log("export", "--public", "-o", self.folder / "register.json")
        shown = b"".join([(self.export() / "log.jsonl").read_bytes(),
                          (self.folder / "register.json").read_bytes()]).decode()
        shown = shown.lower()
        secret = {self.study_.key.read_bytes().hex()}
        for holder in HOLDERS:
            with open(self.study_.refs(holder), encoding="utf-8", newline="") as table:
                secret.update(value for row in csv.DictReader(table) for value in row.values()
                              if len(value) > 4)
            with open(SAMPLE / f"{holder}.csv", encoding="utf-8", newline="") as table:
                reader = csv.DictReader(table)
                secret.update(name for name in reader.fieldnames if len(name) > 3)
                secret.update(value for row in reader for value in row.values()
                              if len(value) > 4)
            with open(self.at / "released" / f"{holder}.map.csv", encoding="utf-8") as table:
                secret.update(row.split(",")[1].strip() for row in list(table)[1:])
        for name in json.loads(self.study_.contract.read_text())["fields"]:
            secret.add(name["name"])
        secret -= set(HOLDERS)  # whose names the log does have
        self.assertGreater(len(secret), 1500)
        # A short word is found in digests and signatures by chance.
        words = re.sub(r"[0-9a-f]{64}|\"signature\":\"[^\"]*\"", " ", shown)
        self.assertIn('"project":"stroke"', words)
        found = sorted(word for word in secret
                       if word.lower() in (shown if len(word) >= 16 else words))
        self.assertEqual(found, [])

    # However much of the disk is left, an operation and its entry are both there or both not.
    def test_a_full_disk_leaves_nothing_half_done(self):
        codes = set()
        for limit in (64, 256, 1024, 2048, 4096, 8192, 65536, 1 << 20):
            copy = self.folder / f"copy-{limit}"
            copy_store(self.store, copy)
            done = self.unit("project", "add", copy, "asthma", expect=None,
                             preexec_fn=limit_files(limit))
            self.unit("project", "add", copy, "stroke", expect=None,
                      preexec_fn=limit_files(limit))
            codes.add(done.code)
            projects = self.unit("project", "list", copy, "--json").json
            entries = self.unit("log", "show", copy, "--json").json["entries"]
            logged = [entry["project"] for entry in entries
                      if (entry["kind"], entry["result"]) == ("project", "done")]
            self.assertEqual(sorted(logged), sorted(project["name"] for project in projects))
            self.assertEqual("asthma" in logged, done.code == 0)
        self.assertEqual(codes, {0, 74})
        self.log("export", "-o", self.folder / "log", expect=74, preexec_fn=limit_files(512))
        self.assertFalse((self.folder / "log").exists())
        self.assertEqual([name for name in names(self.folder) if name.startswith(".")], [])

    def test_the_log_goes_out_whole_and_replaces_nothing(self):
        folder = self.export()
        with self.unchanged(folder):
            self.log("export", "-o", folder, expect=73)
        kept = self.kept()
        self.log("sign", "-o", kept, expect=73)
        self.log("sign", "-o", kept, "--force")
        self.unit("log", "sign", self.store, "--key", self.at / "other-unit.key", "--cert",
                  self.at / "unit.crt", "-o", self.folder / "x.json", expect=77)
        # An operation is in the log; to show, sign, prove or export it is none.
        self.assertEqual(len(self.entries()), len(self.EXPECTED))
        self.assertTrue(contents(folder))


if __name__ == "__main__":
    unittest.main()
