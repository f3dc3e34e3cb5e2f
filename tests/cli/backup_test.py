"""Backups of a unit's store: restored, forgotten, and opened by no one without their keys."""

import os
import shutil
import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, names

WORDS = "correct horse battery"


class BackupTest(musubi_cli.PreparedTest):
    """A linked store."""

    def prepare(self, folder):
        study = Study(self, folder)
        for holder in ("hospital", "insurer"):
            study.encode(holder, SAMPLES / "western" / f"{holder}.csv")
        study.init()
        study.import_files("hospital", "insurer")
        study.link("--threshold", "0.9")
        study.add_project("stroke")

    def setUp(self):
        super().setUp()
        self.study_ = Study(self, self.folder)
        self.store = self.study_.store
        self.words = self.folder / "words"
        self.words.write_text(WORDS, encoding="utf-8")
        self.words.chmod(0o600)
        self.source = ("--keys-passphrase-source", f"file:{self.words}")
        self.keys = ("--keys", self.folder / "keyring", *self.source)

    def backup(self, name, *options, **how):
        """Makes a backup; returns its id."""
        made = self.unit("backup", self.store, "-o", self.folder / name, *self.keys, *options,
                         "--json", **how)
        return made.json["id"] if made.code == 0 else made

    def restore(self, name, to, *options, **how):
        """Restores a backup."""
        return self.unit("restore", self.folder / name, "-o", self.folder / to, *self.keys,
                         "--no-passphrase", *options, **how)

    def state(self, store):
        """The state that verify tells."""
        return self.unit("verify", store, "--json").json["state"]

    def test_a_lost_store_and_key_come_back(self):
        made = self.backup("b1")
        for name in ("b1", "keyring"):
            self.assertEqual(os.stat(self.folder / name).st_mode & 0o777, 0o600)
        state = self.state(self.store)
        before = self.study_.release("stroke", self.folder / "before")
        shutil.rmtree(self.store)
        (self.folder / "store.key").unlink()
        told = self.restore("b1", "store", "--json").json
        self.assertEqual((told["id"], told["state"]), (made, state))
        self.assertEqual(self.state(self.store), state)
        self.study_.release("stroke", self.folder / "after")
        for holder in ("hospital", "insurer"):
            self.assertEqual((self.folder / "before" / f"{holder}.map.csv").read_bytes(),
                             (self.folder / "after" / f"{holder}.map.csv").read_bytes())
        self.assertEqual(before.code, 0)
        kinds = [entry["kind"] for entry in
                 self.unit("log", "show", self.store, "--json").json["entries"]]
        self.assertEqual(kinds[-3:], ["backup", "restore", "release"])

    def test_a_forgotten_backup_is_opened_by_no_one(self):
        first, second = self.backup("b1"), self.backup("b2")
        listed = self.unit("backups", self.folder / "keyring", *self.source, "--json").json
        self.assertEqual([b["id"] for b in listed["backups"]], [first, second])
        self.unit("backups", "forget", self.folder / "keyring", "--id", first, *self.source,
                  "--store", self.store)
        self.assert_says(self.restore("b1", "again", expect=77), "forgotten")
        self.assertFalse({"again", "again.key"} & set(names(self.folder)))
        self.restore("b2", "again")
        last = self.unit("log", "show", self.store, "--json").json["entries"][-1]
        self.assertEqual(last["kind"], "forget")
        with self.unchanged(self.folder):
            self.unit("backups", "forget", self.folder / "keyring", "--id", first, *self.source,
                      expect=66)
            self.unit("backups", "forget", self.folder / "keyring", *self.source, expect=64)
        commit = listed["backups"][1]["commit"]
        self.unit("backups", "forget", self.folder / "keyring", "--before", commit + 1,
                  *self.source)
        self.restore("b2", "more", expect=77)

    def test_what_is_wrong_is_refused_and_leaves_nothing(self):
        self.backup("b1")
        other = Study(self, self.folder / "other", "record")
        other.init()
        whole = (self.folder / "b1").read_bytes()
        self.assert_says(self.unit("backup", other.store, "-o", self.folder / "b3", *self.keys,
                                   expect=77), "another store")
        with self.unchanged(self.folder):
            self.backup("b1", expect=73)
            self.unit("backup", self.store, "-o", self.store / "b", *self.keys, expect=64)
            self.unit("backup", self.store, "-o", self.folder / "b", "--keys",
                      self.store / "keys", "--no-passphrase", expect=64)
            self.restore("b1", "store", expect=73)
            self.restore("words", "new", expect=65)
            self.restore("none", "new", expect=66)
            self.assert_says(self.restore("b1", "new", "--store-key", other.folder / "store.key",
                                          expect=77), "another store")
            self.words.write_text(WORDS.upper(), encoding="utf-8")
            self.restore("b1", "new", expect=77)
            self.words.write_text(WORDS, encoding="utf-8")
        (self.folder / "b1").write_bytes(whole[:-1])
        before = names(self.folder)
        self.restore("b1", "new", expect=65)
        self.assertEqual(names(self.folder), before)

    def test_a_backup_shows_nothing(self):
        self.backup("b1")
        content = (self.folder / "b1").read_bytes()
        for file in (self.store / "contract.json", self.store / "WITNESS", self.store / "FORMAT"):
            self.assertNotIn(file.read_bytes()[:64], content)


if __name__ == "__main__":
    unittest.main()
