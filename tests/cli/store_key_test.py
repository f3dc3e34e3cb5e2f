"""The key of a unit's store: made with it, asked for by every command, never in the store."""

import os
import shutil
import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, names

WORDS = "correct horse battery"
COMMANDS = [("status",), ("trust", "list"), ("link",), ("history",), ("resolve",),
            ("review", "list"), ("log", "show"), ("project", "list"), ("verify",)]


class StoreKeyTest(musubi_cli.PreparedTest):
    """A store whose key has a passphrase."""

    def prepare(self, folder):
        study = Study(self, folder)
        study.encode("hospital", SAMPLES / "western" / "hospital.csv")
        words = folder / "words"
        words.write_text(WORDS + "\n", encoding="utf-8")
        words.chmod(0o600)
        self.unit("init", study.store, "--contract", study.contract, "--approvals", "0",
                  "--store-passphrase-source", f"file:{words}")

    def setUp(self):
        super().setUp()
        self.study_ = Study(self, self.folder)
        self.store = self.study_.store
        self.key = self.folder / "store.key"
        self.words = ("--store-passphrase-source", f"file:{self.folder / 'words'}")

    def init(self, store, *options, **how):
        """Makes a store."""
        return self.unit("init", store, "--contract", self.study_.contract, *options, **how)

    def test_the_key_lies_beside_the_store_and_is_private(self):
        self.assertEqual(os.stat(self.key).st_mode & 0o777, 0o600)
        title = b"musubi-store-key 1\n"
        self.assertEqual(self.key.read_bytes()[:len(title) + 1], title + b"\x01")
        self.assertEqual(len(self.key.read_bytes()), len(title) + 1 + 16 + 12 + 32 + 16)
        self.assertNotIn("store.key", names(self.store))

    def test_a_store_is_used_with_its_key_and_passphrase(self):
        self.unit("import", self.store, self.study_.enc("hospital"), *self.words)
        for command in COMMANDS:
            self.unit(*command, self.store, *self.words)
            # No terminal: a session of its own has none.
            self.assert_says(self.unit(*command, self.store, expect=64, start_new_session=True),
                             "--store-passphrase-source")
        self.key.rename(self.folder / "elsewhere")
        elsewhere = ("--store-key", self.folder / "elsewhere")
        self.unit("status", self.store, *self.words, *elsewhere)
        self.assert_says(self.unit("status", self.store, *self.words, expect=66), "store.key",
                         "--store-key")

    def test_the_store_may_be_named_in_any_way(self):
        (self.folder / "link").symlink_to("store")
        for name in (f"{self.store}/", self.folder / "x" / ".." / "store", self.folder / "link"):
            (self.folder / "x").mkdir(exist_ok=True)
            self.unit("status", name, *self.words)
        self.unit("status", "store", *self.words, cwd=self.folder)
        self.unit("status", ".", *self.words, cwd=self.store)

    def test_another_passphrase_or_key_is_refused_and_changes_nothing(self):
        other = self.folder / "other-words"
        other.write_text(WORDS.upper(), encoding="utf-8")
        other.chmod(0o600)
        self.init(self.folder / "second", "--no-passphrase")
        with self.unchanged(self.folder):
            self.assert_says(self.unit("status", self.store, "--store-passphrase-source",
                                       f"file:{other}", expect=77), "passphrase")
            self.assert_says(self.unit("status", self.store, "--store-key",
                                       self.folder / "second.key", expect=77), "another key")
            self.unit("status", self.store, "--store-key", self.folder / "words", expect=65)
            self.unit("status", self.store, "--store-key", self.study_.key, expect=65)
        self.key.chmod(0o640)
        self.assert_says(self.unit("status", self.store, *self.words, expect=77), "chmod 600")

    def test_a_damaged_key_file_opens_nothing(self):
        whole = self.key.read_bytes()
        # In the title, the form, the salt, the nonce, the key and the tag.
        for at, code in ((3, 65), (19, 65), (25, 77), (40, 77), (60, 77), (95, 77)):
            self.key.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            self.unit("status", self.store, *self.words, expect=code)
        self.key.write_bytes(whole[:-1])
        self.unit("status", self.store, *self.words, expect=77)
        self.key.write_bytes(whole[:30])
        self.unit("status", self.store, *self.words, expect=65)

    def test_init_makes_no_key_unasked(self):
        refused = self.init(self.folder / "new", expect=64, start_new_session=True)
        self.assert_says(refused, "--store-passphrase-source", "--no-passphrase")
        self.assertFalse((self.folder / "new.key").exists())
        plain = self.init(self.folder / "new", "--no-passphrase", "--json").json
        self.assertEqual((plain["key"], plain["encrypted"]), (str(self.folder / "new.key"), False))
        self.unit("status", self.folder / "new", start_new_session=True)

    def test_init_never_replaces_a_key_nor_puts_it_into_the_store(self):
        shutil.rmtree(self.store)
        before = self.key.read_bytes()
        for force in ((), ("--force",)):
            self.assert_says(self.init(self.store, "--no-passphrase", *force, expect=73),
                             "store.key")
        self.assertEqual(self.key.read_bytes(), before)
        self.assertFalse(self.store.exists())
        for inside in ("store/key", "store/a/key", "store/../store/key"):
            self.init(self.store, "--no-passphrase", "--store-key", self.folder / inside,
                      expect=64)
        self.init(self.store, "--no-passphrase", "--store-key", self.folder / "storekey")
        self.unit("status", self.store, "--store-key", self.folder / "storekey")

    def test_two_passphrases_of_one_command(self):
        unit_words = self.folder / "unit-words"
        unit_words.write_text("another horse battery", encoding="utf-8")
        unit_words.chmod(0o600)
        source = ("--passphrase-source", f"file:{unit_words}")
        self.unit("keygen", "--name", "unit", "-o", self.folder, *source)
        self.unit("log", "sign", self.store, "--key", self.folder / "unit.key", "-o",
                  self.folder / "head.json", *source, *self.words)

    def test_verify_tells_what_it_read_and_finds_damage(self):
        self.unit("import", self.store, self.study_.enc("hospital"), *self.words)
        self.unit("link", self.store, "--threshold", "0.9", *self.words)
        told = self.unit("verify", self.store, *self.words, "--json").json
        records = self.unit("status", self.store, *self.words, "--json").json
        self.assertEqual(told["families"]["members"]["rows"],
                         sum(dataset["records"] for dataset in records["datasets"]))
        self.assertEqual(told["log_entries"], told["families"]["log"]["rows"])
        largest = max((self.store / "db").glob("*.sst"), key=lambda file: file.stat().st_size)
        content = bytearray(largest.read_bytes())
        content[len(content) // 2] ^= 1
        largest.write_bytes(content)
        self.assert_says(self.unit("verify", self.store, *self.words, expect=74), "damaged")


if __name__ == "__main__":
    unittest.main()
