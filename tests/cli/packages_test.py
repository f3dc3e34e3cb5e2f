"""Sealed packages: from holder to unit, and the linkage secret from holder to holder."""

import os
import subprocess
import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, contents, names

SAMPLE = SAMPLES / "western"
HOLDERS = ("hospital", "insurer")


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
        return study.encode(holder, SAMPLE / f"{holder}.csv", "--to", study.folder / f"{to}.crt",
                            "--sign", study.folder / f"{holder}.key", *options, **how)

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
        self.holder(*words, "--to", self.at / "unit.crt", "--sign", self.at / "hospital.key")
        self.assertEqual(names(folder), ["x.pkg", "x.refs.csv"])
        self.assertNotIn(b"musubi-encoding", out.read_bytes())

    def test_encode_takes_both_keys_of_the_right_roles(self):
        study = self.study_
        self.study_.enc("hospital").unlink()
        study.refs("hospital").unlink()
        with self.unchanged(self.at):
            sample = SAMPLE / "hospital.csv"
            self.assert_says(study.encode("hospital", sample, "--to", self.at / "unit.crt",
                                          expect=64), "--sign")
            study.encode("hospital", sample, "--sign", self.at / "hospital.key", expect=64)
            self.assert_says(self.seal(study, "hospital", to="insurer", expect=77),
                             "must be a unit's")
            refused = study.encode("hospital", sample, "--to", self.at / "unit.crt", "--sign",
                                   self.at / "insurer.key", expect=77)
            self.assert_says(refused, "each holder signs its own")
            refused = self.seal(study, "hospital", "--cert", self.at / "insurer.crt", expect=77)
            self.assert_says(refused, "of another key")
            study.encode("hospital", sample, "--to", self.at / "unit.crt", "--sign",
                         self.at / "unit.key", expect=77)
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


if __name__ == "__main__":
    unittest.main()
