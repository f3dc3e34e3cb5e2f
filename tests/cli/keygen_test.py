"""Keys and certificates: made whole, read back, protected by a passphrase from a safe place."""

import json
import os
import pty
import subprocess
import time
import unittest

import musubi_cli
from musubi_cli import PROGRAMS, contents, names

WORDS = "correct horse battery staple"


def run_at_terminal(command, lines):
    """Runs a command at a terminal of its own and types lines; returns its code and the screen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], [str(word) for word in command])
    screen = b""
    for line in lines:
        asked = len(screen)
        while not screen[asked:].rstrip().endswith(b":"):
            screen += os.read(terminal, 1024)
        # Only after the echo is off, which comes just before the prompt.
        os.write(terminal, line.encode() + b"\n")
    while True:
        try:
            part = os.read(terminal, 1024)
        except OSError:
            break
        if not part:
            break
        screen += part
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), screen.decode()


class KeygenTest(musubi_cli.ProgramTest):
    """keygen of all three programs."""

    def words(self, text=WORDS, mode=0o600):
        """A file with a passphrase."""
        file = self.folder / "words"
        file.write_text(text + "\n", encoding="utf-8")
        file.chmod(mode)
        return file

    def keygen(self, program, name, *options, **how):
        """Makes a key in the test's folder."""
        return self.run_program(program, "keygen", "--name", name, "-o", self.folder, *options,
                                **how)

    def test_every_role_gets_its_certificate(self):
        for program, role, options in (("holder", "holder", ()), ("unit", "unit", ()),
                                       ("study", "review", ("--role", "review")),
                                       ("study", "researcher", ("--role", "researcher"))):
            made = self.keygen(program, f"a-{role}", "--no-passphrase", "--json", *options).json
            self.assertEqual((made["role"], made["name"]), (role, f"a-{role}"))
            shown = self.study("inspect", made["certificate"], "--json").json
            for member in ("role", "name", "fingerprint", "not_before", "not_after"):
                self.assertEqual(shown[member], made[member])
            self.assertEqual(os.stat(made["key"]).st_mode & 0o777, 0o600)
            self.assertEqual(os.stat(made["certificate"]).st_mode & 0o777, 0o644)

    def test_fingerprint_is_that_of_openssl(self):
        text = self.keygen("holder", "alpha", "--no-passphrase").out.decode()
        stock = subprocess.run(["openssl", "x509", "-in", self.folder / "alpha.crt", "-noout",
                                "-fingerprint", "-sha256"], check=True, capture_output=True,
                               text=True).stdout
        digits = stock.split("=")[1].strip().replace(":", "").lower()
        self.assertIn(digits, text.split("fingerprint")[1].replace(" ", "").replace("\n", ""))

    def test_days_say_how_long_it_is_valid(self):
        made = self.keygen("holder", "alpha", "--no-passphrase", "--days", 10, "--json").json
        self.assertEqual(made["not_before"][:4], time.strftime("%Y", time.gmtime(time.time() - 86400)))
        end = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 10 * 86400))
        self.assertEqual(made["not_after"][:10], end)
        for days in ("0", "-1", "3651", "ten", "1.5"):
            self.keygen("holder", "beta", "--no-passphrase", "--days", days, expect=64)

    def test_a_passphrase_comes_from_a_file_or_a_descriptor(self):
        self.keygen("holder", "alpha", "--passphrase-source", f"file:{self.words()}")
        key = (self.folder / "alpha.key").read_text(encoding="utf-8")
        self.assertIn("BEGIN ENCRYPTED PRIVATE KEY", key)
        readable, writable = os.pipe()
        os.write(writable, WORDS.encode())
        os.close(writable)
        self.keygen("holder", "beta", "--passphrase-source", f"fd:{readable}",
                    pass_fds=(readable,))
        os.close(readable)
        for name in ("alpha", "beta"):
            subprocess.run(["openssl", "pkey", "-noout", "-in", self.folder / f"{name}.key",
                            "-passin", f"pass:{WORDS}"], check=True)

    def test_a_terminal_asks_twice_and_shows_nothing(self):
        command = [PROGRAMS / "musubi-holder", "keygen", "--name", "alpha", "-o", self.folder]
        code, screen = run_at_terminal(command, [WORDS, WORDS + "!"])
        self.assertEqual(code, 77, screen)
        self.assertIn("differ", screen)
        self.assertEqual(names(self.folder), [])
        code, screen = run_at_terminal(command, [WORDS, WORDS])
        self.assertEqual(code, 0, screen)
        self.assertNotIn("horse", screen)
        subprocess.run(["openssl", "pkey", "-noout", "-in", self.folder / "alpha.key", "-passin",
                        f"pass:{WORDS}"], check=True)

    def test_bad_passphrases_make_nothing(self):
        source = ("--passphrase-source", f"file:{self.folder / 'words'}")
        before = None
        for text, mode, code in (("short", 0o600, 77), ("", 0o600, 77), ("x" * 1025, 0o600, 77),
                                 (WORDS, 0o644, 77)):
            self.words(text, mode)
            before = names(self.folder)
            self.keygen("holder", "alpha", *source, expect=code)
            self.assertEqual(names(self.folder), before)
        (self.folder / "words").unlink()
        self.keygen("holder", "alpha", *source, expect=66)
        for wrong in ("", "file", "file:", "fd:", "fd:x", "fd:-1", "env:P", "pass:secret"):
            self.keygen("holder", "alpha", "--passphrase-source", wrong, expect=64)
        # No terminal: a session of its own has none.
        refused = self.keygen("holder", "alpha", expect=64, start_new_session=True)
        self.assert_says(refused, "--passphrase-source")
        self.assertEqual(names(self.folder), [])

    def test_nothing_is_replaced_without_force(self):
        self.keygen("holder", "alpha", "--no-passphrase")
        before = contents(self.folder)
        self.assert_says(self.keygen("holder", "alpha", "--no-passphrase", expect=73), "--force")
        (self.folder / "alpha.crt").rename(self.folder / "kept.crt")
        self.keygen("holder", "alpha", "--no-passphrase", expect=73)
        (self.folder / "kept.crt").rename(self.folder / "alpha.crt")
        (self.folder / "alpha.key").rename(self.folder / "kept.key")
        self.keygen("holder", "alpha", "--no-passphrase", expect=73)
        (self.folder / "kept.key").rename(self.folder / "alpha.key")
        self.assertEqual(contents(self.folder), before)
        self.keygen("holder", "alpha", "--no-passphrase", "--force")
        after = contents(self.folder)
        self.assertEqual(set(after), set(before))
        self.assertTrue(all(after[name] != before[name] for name in after))

    def test_a_full_disk_makes_nothing(self):
        for size in (0, 100, 400):
            self.keygen("holder", "alpha", "--no-passphrase", expect=74,
                        preexec_fn=musubi_cli.limit_files(size))
            self.assertEqual(names(self.folder), [])
        self.run_program("holder", "keygen", "--name", "alpha", "-o", self.folder / "none",
                         "--no-passphrase", expect=74)

    def test_names_and_roles_are_checked(self):
        for name in ("", "A", "a b", "../a", "a/b", "-a", "x" * 65):
            self.run_program("holder", "keygen", f"--name={name}", "-o", self.folder,
                             "--no-passphrase", expect=64)
        self.keygen("study", "alpha", "--no-passphrase", expect=64)
        self.keygen("study", "alpha", "--no-passphrase", "--role", "holder", expect=64)
        self.keygen("unit", "alpha", "--no-passphrase", "--role", "unit", expect=64)
        self.assertEqual(names(self.folder), [])

    def test_inspect_refuses_what_is_no_certificate_of_a_party(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                        self.folder / "k", "-out", self.folder / "rsa.crt", "-subj",
                        "/OU=holder/CN=alpha"], check=True, capture_output=True)
        self.assert_says(self.holder("inspect", self.folder / "rsa.crt", expect=77), "P-384")
        (self.folder / "cut.crt").write_text("-----BEGIN CERTIFICATE-----\nMIIB\n",
                                             encoding="utf-8")
        error = self.holder("inspect", self.folder / "cut.crt", "--json", expect=65)
        self.assertIn("cut.crt", json.loads(error.message)["error"]["message"])


if __name__ == "__main__":
    unittest.main()
