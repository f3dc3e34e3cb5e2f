"""Sealed packages: from holder to unit, and the linkage secret from holder to holder."""

import json
import os
import subprocess
import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, contents, names

SAMPLE = SAMPLES / "western"
HOLDERS = ("hospital", "insurer")


def canonical(manifest):
    """A manifest's text."""
    return json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def in_hex(file):
    """A file's bytes in hexadecimal, as openssl shows fingerprints of secrets."""
    return file.read_bytes().hex()


class PackagesTest(musubi_cli.PreparedTest):
    """Two holders and a unit with keys; the hospital's records sealed to the unit."""

    def prepare(self, folder):
        study = Study(self, folder / "study")
        for program, name in (("holder", "hospital"), ("holder", "insurer"), ("unit", "unit"),
                              ("unit", "other-unit")):
            self.run_program(program, "keygen", "--name", name, "-o", study.folder,
                             "--no-passphrase")
        for holder in HOLDERS:
            self.seal(study, holder)

    def setUp(self):
        super().setUp()
        self.study_ = Study(self, self.folder / "study")
        self.at = self.study_.folder

    def seal(self, study, holder, *options, to="unit", **how):
        """Encodes a holder's sample into a sealed package."""
        source = SAMPLE / f"{holder}.csv"
        return study.encode(holder, source, "--to", study.folder / f"{to}.crt", "--sign",
                            study.folder / f"{holder}.key", *study.override_words(holder, source),
                            *options, **how)

    def test_inspect_shows_what_needs_no_key(self):
        package = self.study_.enc("hospital")
        shown = self.unit("inspect", package, "--json").json
        keys = {name: self.study("inspect", self.at / f"{name}.crt", "--json").json["fingerprint"]
                for name in ("hospital", "unit")}
        contract = self.study("inspect", self.study_.contract, "--json").json["fingerprint"]
        self.assertEqual((shown["format"], shown["kind"], shown["verified"]),
                         ("musubi-package", "encoding", False))
        self.assertEqual((shown["sender"], shown["recipient"], shown["contract"]),
                         (keys["hospital"], keys["unit"], contract))
        verified = self.holder("inspect", package, "--trust", self.at / "hospital.crt", "--json")
        self.assertTrue(verified.json["verified"])
        self.unit("inspect", package, "--trust", self.at / "insurer.crt", expect=77)
        self.unit("inspect", self.study_.contract, "--trust", self.at / "insurer.crt", expect=64)
        changed = bytearray(package.read_bytes())
        changed[-2000] ^= 1
        package.write_bytes(changed)
        self.unit("inspect", package)
        self.assert_says(self.unit("inspect", package, "--trust", self.at / "hospital.crt",
                                   expect=65), "damaged")

    # What stock tools take out of a package is the encoding file, whole, and nothing else was put
    # down on the way.
    def test_stock_openssl_opens_the_encoding_file(self):
        subprocess.run(
            "tar xf hospital.enc && openssl cms -verify -binary -inform DER -in manifest.cms"
            " -certfile hospital.crt -nointern -noverify -out manifest.json"
            " && for part in segment-*.cms; do openssl cms -decrypt -binary -inform DER -in $part"
            " -recip unit.crt -inkey unit.key; done > open.enc", shell=True, cwd=self.at,
            check=True, capture_output=True)
        opened = self.unit("inspect", self.at / "open.enc", "--json").json
        self.assertEqual((opened["holder"], opened["format"]), ("hospital", "musubi-encoding"))
        self.assertEqual(opened["records"], 390)

    def test_the_content_is_nowhere_else(self):
        folder = self.folder / "fresh"
        folder.mkdir()
        out = folder / "x.pkg"
        words = self.study_.encode_words("hospital", SAMPLE / "hospital.csv")
        words[words.index("-o") + 1] = out
        words[words.index("--refs") + 1] = folder / "x.refs.csv"
        self.holder(*words, "--to", self.at / "unit.crt", "--sign", self.at / "hospital.key",
                    *self.study_.override_words("hospital", SAMPLE / "hospital.csv"))
        self.assertEqual(names(folder), ["x.pkg", "x.refs.csv"])
        self.assertNotIn(b"musubi-encoding", out.read_bytes())

    def test_encode_takes_both_keys_of_the_right_roles(self):
        study = self.study_
        self.study_.enc("hospital").unlink()
        study.refs("hospital").unlink()
        with self.unchanged(self.at):
            sample = SAMPLE / "hospital.csv"
            allowed = study.override_words("hospital", sample)
            self.assert_says(study.encode("hospital", sample, "--to", self.at / "unit.crt",
                                          expect=64), "--sign")
            study.encode("hospital", sample, "--sign", self.at / "hospital.key", expect=64)
            self.assert_says(self.seal(study, "hospital", to="insurer", expect=77),
                             "must be a unit's")
            refused = study.encode("hospital", sample, "--to", self.at / "unit.crt", "--sign",
                                   self.at / "insurer.key", *allowed, expect=77)
            self.assert_says(refused, "each holder signs its own")
            refused = self.seal(study, "hospital", "--cert", self.at / "insurer.crt", expect=77)
            self.assert_says(refused, "of another key")
            self.assert_says(study.encode("hospital", sample, "--to", self.at / "unit.crt",
                                          "--sign", self.at / "unit.key", *allowed, expect=77),
                             "must be a holder's")
            os.chmod(self.at / "hospital.key", 0o644)
            self.seal(study, "hospital", expect=77)
            os.chmod(self.at / "hospital.key", 0o600)
            self.seal(study, "hospital", to="nobody", expect=66)
        self.seal(study, "hospital")

    def test_the_secret_goes_from_holder_to_holder(self):
        package = self.at / "secret.pkg"
        self.holder("secret", "wrap", self.study_.key, "--contract", self.study_.contract, "--to",
                    self.at / "insurer.crt", "--sign", self.at / "hospital.key", "-o", package)
        self.assertNotIn(in_hex(self.study_.key), in_hex(package))
        self.holder(*self.unwrap_words(package, self.at / "got.key"))
        self.assertEqual(contents(self.at)["got.key"], contents(self.at)["study.key"])
        self.assertEqual(os.stat(self.at / "got.key").st_mode & 0o777, 0o600)
        checks = [self.holder("secret", "check", key, "--contract", self.study_.contract,
                              "--json").json["key_check"]
                  for key in (self.study_.key, self.at / "got.key")]
        self.assertEqual(checks[0], checks[1])
        self.holder(*self.unwrap_words(package, self.at / "got.key"), expect=73)

    def unwrap_words(self, package, output, key="insurer", trust="hospital", contract=None):
        """The words of the command that takes a secret out of a package."""
        return ["secret", "unwrap", package, "--contract", contract or self.study_.contract,
                "--key", self.at / f"{key}.key", "--trust", self.at / f"{trust}.crt", "-o", output]

    def test_a_secret_opens_only_where_it_should(self):
        package = self.at / "secret.pkg"
        self.holder("secret", "wrap", self.study_.key, "--contract", self.study_.contract, "--to",
                    self.at / "insurer.crt", "--sign", self.at / "hospital.key", "-o", package)
        other = self.at / "other.json"
        self.study("contract", "new", "--template", "record", "-o", other)
        got = self.at / "got.key"
        with self.unchanged(self.at):
            self.holder(*self.unwrap_words(package, got, trust="insurer"), expect=77)
            self.holder(*self.unwrap_words(package, got, key="hospital"), expect=77)
            self.holder(*self.unwrap_words(package, got, key="unit"), expect=77)
            self.holder(*self.unwrap_words(package, got, contract=other), expect=78)
            refused = self.holder(*self.unwrap_words(self.study_.enc("hospital"), got), expect=77)
            self.assert_says(refused, "not for yours")
            # Not to the unit, whatever it says of itself.
            self.holder("secret", "wrap", self.study_.key, "--contract", self.study_.contract,
                        "--to", self.at / "unit.crt", "--sign", self.at / "hospital.key", "-o",
                        self.at / "wrong.pkg", expect=77)
            self.holder("secret", "wrap", self.study_.key, "--contract", self.study_.contract,
                        "--to", self.at / "insurer.crt", "--sign", self.at / "hospital.key", "-o",
                        package, expect=73)



class TrustTest(musubi_cli.PreparedTest):
    """A store that trusts the hospital, and packages for it."""

    def prepare(self, folder):
        study = Study(self, folder / "study")
        for program, name in (("holder", "hospital"), ("holder", "insurer"), ("unit", "unit"),
                              ("unit", "other-unit")):
            self.run_program(program, "keygen", "--name", name, "-o", study.folder,
                             "--no-passphrase")
        for holder in HOLDERS:
            source = SAMPLE / f"{holder}.csv"
            study.encode(holder, source, "--to", study.folder / "unit.crt", "--sign",
                         study.folder / f"{holder}.key", *study.override_words(holder, source))
        self.unit("init", study.store, "--no-passphrase", "--contract", study.contract, "--trust",
                  study.folder / "hospital.crt", *study.overrides().trust())

    def setUp(self):
        super().setUp()
        self.study_ = Study(self, self.folder / "study")
        self.at = self.study_.folder
        self.store = self.study_.store

    def import_(self, *files, key="unit", expect=0, **how):
        """Imports files with the unit's key."""
        return self.unit("import", self.store, *files, "--key", self.at / f"{key}.key",
                         expect=expect, **how)

    def test_the_main_job_with_sealed_packages(self):
        self.unit("trust", "add", self.store, self.at / "insurer.crt")
        imported = self.import_(*map(self.study_.enc, HOLDERS), "--json").json["imported"]
        self.assertEqual([(file["holder"], file["records"], file["sealed"]) for file in imported],
                         [("hospital", 390, True), ("insurer", 390, True)])
        self.assertEqual(self.study_.link()["records"], 780)
        # No more is left of what was opened than of what came open.
        self.assertEqual(sorted(path.name for path in self.store.iterdir()),
                         ["FORMAT", "LOCK", "WITNESS", "contract.json", "db"])

    def test_a_package_is_imported_once(self):
        self.import_(self.study_.enc("hospital"))
        copy = self.at / "copy.pkg"
        copy.write_bytes(self.study_.enc("hospital").read_bytes())
        with self.store_unchanged(self.store):
            for file in (self.study_.enc("hospital"), copy):
                self.assert_says(self.import_(file, expect=73), "imported already, as data set 1")

    def test_only_trusted_senders_and_only_to_this_unit(self):
        package = self.study_.enc("hospital")
        with self.store_unchanged(self.store):
            self.assert_says(self.import_(self.study_.enc("insurer"), expect=77),
                             "none of the certificates that you trust")
            self.assert_says(self.import_(package, key="other-unit", expect=77), "not for yours")
            self.import_(package, key="hospital", expect=77)
            self.assert_says(self.unit("import", self.store, package, expect=64), "--key")
            other = self.at / "other.json"
            self.study("contract", "new", "--template", "record", "-o", other)
            self.unit("init", self.at / "other", "--no-passphrase", "--contract", other, "--trust",
                      self.at / "hospital.crt")
            self.unit("import", self.at / "other", package, "--key", self.at / "unit.key",
                      expect=78)

    def test_damage_leaves_the_store_as_it_was(self):
        package = self.study_.enc("hospital")
        whole = package.read_bytes()
        with self.store_unchanged(self.store):
            for at in (100, 600, len(whole) // 2, len(whole) - 1500, len(whole) - 10):
                changed = bytearray(whole)
                changed[at] ^= 0x10
                package.write_bytes(changed)
                outcome = self.import_(package, expect=None)
                self.assertIn(outcome.code, (65, 77), str(outcome))
            package.write_bytes(whole[:-1])
            self.import_(package, expect=65)
        package.write_bytes(whole)
        self.import_(package)

    # A secret that is sealed to the unit, as the holder's program would never do.
    def test_a_secret_is_refused_by_its_kind(self):
        manifest = self.manifest_of("hospital")
        changed = dict(json.loads(manifest), kind="secret")
        del changed["audit"]
        self.sign(canonical(changed))
        outcome = self.import_(self.retarred(self.at / "made.pkg"), expect=77)
        self.assert_says(outcome, "of kind secret", "only encoding is taken here")

    def retarred(self, file):
        """The members of an archive, in the form that the programs write."""
        good = self.study_.enc("hospital").read_bytes()
        members = [(self.at / name).read_bytes() for name in ("manifest.cms", "segment-000000.cms")]
        made = b""
        at = 0
        for content in members:
            old = int(good[at + 124:at + 135], 8)
            header = bytearray(good[at:at + 512])
            header[124:136] = b"%011o " % len(content)
            header[148:156] = b" " * 8
            header[148:156] = b"%06o\0 " % sum(header)
            made += bytes(header) + content + bytes(-len(content) % 512)
            at += 512 + (old + 511) // 512 * 512
        file.write_bytes(made + bytes(1024))
        return file

    def test_a_holder_sends_only_its_own(self):
        self.unit("trust", "add", self.store, self.at / "insurer.crt")
        manifest = self.manifest_of("insurer")
        hospital = self.unit("inspect", self.at / "hospital.crt", "--json").json["fingerprint"]
        audit = json.loads(self.manifest_of("hospital"))["audit"]
        self.manifest_of("insurer")  # its parts
        self.sign(canonical(dict(json.loads(manifest), sender=hospital, audit=audit)))
        outcome = self.import_(self.retarred(self.at / "made.pkg"), expect=77)
        self.assert_says(outcome, "records of the holder insurer, but hospital signed it")

    # What a holder's own program would never sign.
    def test_an_encoding_says_what_let_it_leave(self):
        manifest = json.loads(self.manifest_of("hospital"))
        silent = {name: value for name, value in manifest.items() if name != "audit"}
        of_another = dict(manifest, audit=json.loads(self.manifest_of("insurer"))["audit"])
        one = json.loads(json.dumps(manifest))
        one["audit"]["overrides"][1] = one["audit"]["overrides"][0]
        self.manifest_of("hospital")  # its parts
        with self.store_unchanged(self.store):
            for changed, code, says in ((silent, 65, "which audit or override let it leave"),
                                        (of_another, 77, "for the holder insurer"),
                                        (one, 77, "signed by 'irb' as well")):
                self.sign(canonical(changed))
                self.assert_says(self.import_(self.retarred(self.at / "made.pkg"), expect=code),
                                 says)
        self.sign(canonical(manifest))
        self.import_(self.retarred(self.at / "made.pkg"))

    def test_overrides_are_of_bodies_that_the_store_trusts(self):
        with self.store_unchanged(self.store):
            self.unit("trust", "remove", self.store, self.at / "ethics.crt")
            self.assert_says(self.import_(self.study_.enc("hospital"), expect=77), "override 2",
                             "signed by none")
            self.unit("trust", "remove", self.store, self.at / "irb.crt")
            self.assert_says(self.import_(self.study_.enc("hospital"), expect=77), "trusts none",
                             "trust add")
            refused = self.unit("log", "show", self.store, "--json").json["entries"][-1]
            self.assertEqual((refused["kind"], refused["error"]), ("import", "refused"))
            self.unit("trust", "add", self.store, self.at / "irb.crt", self.at / "ethics.crt")
        self.import_(self.study_.enc("hospital"))

    def sign(self, manifest):
        """Has the hospital sign a text as a package's manifest."""
        (self.at / "manifest.json").write_text(manifest, encoding="utf-8")
        subprocess.run(
            "openssl cms -sign -binary -nodetach -nocerts -noattr -md sha384 -signer hospital.crt"
            " -inkey hospital.key -in manifest.json -outform DER -out manifest.cms", shell=True,
            cwd=self.at, check=True)

    def manifest_of(self, holder):
        """The text of a package's manifest; its parts lie in the folder afterwards."""
        subprocess.run(
            f"tar xf {holder}.enc && openssl cms -verify -binary -inform DER -in manifest.cms"
            f" -certfile {holder}.crt -nointern -noverify -out manifest.json", shell=True,
            cwd=self.at, check=True, capture_output=True)
        return (self.at / "manifest.json").read_text(encoding="utf-8")

    def test_what_is_not_sealed_needs_to_be_allowed(self):
        self.study_.enc("insurer").unlink()
        self.study_.encode("insurer", SAMPLE / "insurer.csv", "--force")
        with self.store_unchanged(self.store):
            outcome = self.unit("import", self.store, self.study_.enc("insurer"), expect=77)
            self.assert_says(outcome, "--allow-unsealed", "is not sealed")
        imported = self.unit("import", self.store, self.study_.enc("insurer"), "--allow-unsealed",
                             "--json").json["imported"]
        self.assertFalse(imported[0]["sealed"])

    def test_a_store_that_trusts_no_one_opens_no_package(self):
        plain = self.at / "plain"
        self.unit("init", plain, "--no-passphrase", "--contract", self.study_.contract)
        outcome = self.unit("import", plain, self.study_.enc("hospital"), "--key",
                            self.at / "unit.key", expect=77)
        self.assert_says(outcome, "trust add")
        self.unit("trust", "add", plain, self.at / "hospital.crt", self.at / "irb.crt",
                  self.at / "ethics.crt")
        self.unit("import", plain, self.study_.enc("hospital"), "--key", self.at / "unit.key")

    def test_trust_is_listed_added_and_taken_back(self):
        def trusted():
            return [entry["name"] for entry in
                    self.unit("trust", "list", self.store, "--json").json["trusted"]
                    if entry["role"] == "holder"]

        self.assertEqual(trusted(), ["hospital"])
        self.unit("trust", "add", self.store, self.at / "insurer.crt", self.at / "insurer.crt",
                  self.at / "hospital.crt")
        self.assertEqual(sorted(trusted()), ["hospital", "insurer"])
        self.unit("trust", "remove", self.store, self.at / "hospital.crt")
        self.assertEqual(trusted(), ["insurer"])
        with self.store_unchanged(self.store):
            self.unit("trust", "remove", self.store, self.at / "hospital.crt", expect=66)
            self.assert_says(self.unit("trust", "remove", self.store, self.at / "insurer.crt",
                                       expect=77), "the last certificate of a holder stays")
            self.unit("trust", "add", self.store, self.at / "unit.crt", expect=77)
            self.unit("trust", "add", self.store, self.at / "unit.key", expect=65)
        self.import_(self.study_.enc("hospital"), expect=77)
        self.import_(self.study_.enc("insurer"))
        self.unit("init", self.at / "new", "--no-passphrase", "--contract", self.study_.contract,
                  "--trust", self.at / "unit.crt", expect=77)


if __name__ == "__main__":
    unittest.main()
