#!/usr/bin/env python3
"""Checks who includes whom against the table of docs/architecture.md.

Fails on an include that the table does not allow, on a third-party header outside the rooms that
own it, on a private header reached from another room, and on any path from what the linkage unit
is made of to identities, filters or the linkage secret. Run it from anywhere; --root names the
tree, --self-test proves that each kind of violation is found.
"""

import argparse
import pathlib
import re
import sys
import tempfile

# Room: the rooms it may include. A room is a folder; engine's rooms are its sub-folders.
ROOMS = {
    "core": set(),
    "crypto": {"core"},
    "identity": {"core"},
    "bloom": {"core", "crypto"},
    "clkhash": {"core", "crypto"},
    "blocking": {"core"},
    "engine/compare": {"core"},
    "engine/model": {"core"},
    "engine/resolve": {"core"},
    "storage": {"core", "crypto"},
    "engine/encode": {"core", "crypto", "identity", "bloom", "clkhash", "storage"},
    "engine/audit": {"core", "crypto", "identity", "bloom", "storage", "engine/encode"},
    "engine/verdict": {"core", "crypto"},
    "engine/link": {"core", "crypto", "blocking", "storage", "engine/compare", "engine/model",
                    "engine/resolve"},
    "engine/log": {"core", "crypto", "storage"},
    "engine/tune": {"core", "crypto", "engine/audit", "engine/encode", "engine/link",
                    "engine/verdict"},
    "engine/release": {"core", "crypto", "storage"},
    "engine/report": {"core", "crypto", "storage"},
    "engine/review": {"core", "storage"},
    "engine/withdraw": {"core", "crypto", "storage"},
    "engine/suppress": {"core", "crypto", "storage"},
    "engine/attach": {"core", "crypto", "identity", "storage"},
    "engine/open": {"core", "crypto", "storage"},
    "engine/evaluate": {"core", "storage"},
    "cli": {"core", "crypto", "storage", "bloom", "clkhash", "identity", "blocking", "engine/audit",
            "engine/encode", "engine/link", "engine/log", "engine/release", "engine/report",
            "engine/review", "engine/attach", "engine/evaluate", "engine/open", "engine/suppress", "engine/tune",
            "engine/verdict", "engine/withdraw"},
}

# Third-party headers and the only rooms that may name them.
OWNERS = {
    r"openssl/": {"crypto"},
    r"rocksdb/": {"storage"},
    r"archive(_entry)?\.h": {"storage"},
    r"csv\.h": {"storage"},
    r"unicode/": {"identity", "clkhash"},
    r"pcre2\.h": {"clkhash"},
    r"boost/multiprecision/": {"clkhash"},
    r"boost/program_options": {"cli"},
    r"spdlog/": {"cli"},
    r"valijson/": {"core"},
    r"[a-z0-9]*intrin\.h|arm_neon\.h": {"engine/compare", "blocking"},
    r"lemon/": {"engine/resolve"},
    r"Eigen/": {"engine/audit"},
    r"tbb/": {"blocking", "engine/audit", "engine/encode", "engine/link", "engine/resolve"},
    r"xxhash\.h": {"bloom", "engine/encode", "engine/link"},
    r"nlohmann/": {"core", "clkhash", "storage", "engine/audit", "engine/link", "engine/log",
                   "engine/open", "engine/release", "engine/report", "engine/tune", "engine/verdict",
                   "cli"},
}

# What the linkage unit is made of may reach none of these, over any number of includes.
UNIT_ROOTS = ["engine/link/", "engine/log/", "engine/release/", "engine/report/", "engine/review/",
              "engine/withdraw/", "engine/compare/", "engine/model/", "engine/resolve/",
              "blocking/", "cli/unit.cc",
              "cli/backup_commands.cc", "cli/init_command.cc", "cli/status_command.cc", "cli/project_commands.cc",
              "cli/release_command.cc", "cli/link_command.cc", "cli/log_commands.cc",
              "cli/report_command.cc", "cli/review_command.cc", "cli/history_command.cc",
              "cli/import_command.cc", "cli/open_store.cc", "cli/trust_commands.cc",
              "cli/verify_command.cc", "cli/withdraw_command.cc"]
FORBIDDEN_TO_UNIT = ["identity/", "bloom/", "clkhash/", "engine/encode/", "engine/audit/",
                     "engine/tune/", "engine/attach/", "crypto/linkage_secret.h", "crypto/text_secret.h"]

PRIVATE_MARK = re.compile(r"Private\s+(?://\s*)?to\s+(?://\s*)?([a-z_/]+[a-z_])")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(path):
    """The room that a file belongs to, or None."""
    parts = path.split("/")
    if parts[0] == "engine" and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0] if len(parts) > 1 else None


def read_tree(root):
    """All sources: path -> (text, [(is_quoted, header)])."""
    tree = {}
    for room in sorted(ROOMS):
        for path in sorted((root / room).glob("*")):
            if path.suffix in (".h", ".cc"):
                text = path.read_text(encoding="utf-8")
                includes = [(m[1] == '"', m[2]) for m in INCLUDE.finditer(text)]
                tree[str(path.relative_to(root))] = (text, includes)
    return tree


def private_room(text):
    """The room to which a header's opening comment makes it private, or None."""
    opening = text.split("#pragma once")[0]
    mark = PRIVATE_MARK.search(opening)
    return mark[1] if mark else None


def check_include(path, quoted, header, tree):
    """The complaint about one include, or None."""
    room = room_of(path)
    if not quoted:
        for pattern, owners in OWNERS.items():
            if re.match(pattern, header) and room not in owners:
                return f"{path}: <{header}> belongs to {', '.join(sorted(owners))}"
        return None
    if header not in tree:
        return f"{path}: includes \"{header}\", which no room has"
    target = room_of(header)
    if target != room and target not in ROOMS[room]:
        return f"{path}: {room} may not include {target} (\"{header}\")"
    owner = private_room(tree[header][0])
    if owner is not None and owner != room:
        return f"{path}: \"{header}\" is private to {owner}"
    return None


def unit_paths(tree):
    """Complaints about include paths from the unit's parts to what it must never reach."""
    complaints = []
    for start in tree:
        if not any(start.startswith(root) for root in UNIT_ROOTS):
            continue
        came_from = {start: None}
        queue = [start]
        while queue:
            path = queue.pop(0)
            for quoted, header in tree[path][1]:
                if quoted and header in tree and header not in came_from:
                    came_from[header] = path
                    queue.append(header)
        for reached in sorted(came_from):
            if any(reached.startswith(wall) for wall in FORBIDDEN_TO_UNIT):
                trail = [reached]
                while came_from[trail[-1]] is not None:
                    trail.append(came_from[trail[-1]])
                complaints.append("the unit reaches " + " <- ".join(trail))
    return complaints


def check(root):
    """All complaints about a tree."""
    tree = read_tree(root)
    complaints = []
    if not tree:
        return [f"no sources under {root}"]
    for path, (_, includes) in tree.items():
        for quoted, header in includes:
            complaint = check_include(path, quoted, header, tree)
            if complaint:
                complaints.append(complaint)
    return complaints + unit_paths(tree)


def self_test():
    """Builds a tree with one violation of each kind and expects each to be found."""
    files = {
        "core/a.h": "#pragma once\n",
        "core/up.h": '#pragma once\n#include "storage/s.h"\n',
        "core/openssl.cc": "#include <openssl/evp.h>\n",
        "crypto/linkage_secret.h": "#pragma once\n",
        "storage/s.h": '#pragma once\n#include "crypto/linkage_secret.h"\n',
        "storage/hidden.h": "// x. Private to storage/.\n#pragma once\n",
        "engine/link/l.cc": '#include "storage/s.h"\n',
        "engine/release/r.cc": '#include "storage/hidden.h"\n',
        "engine/link/missing.cc": '#include "core/none.h"\n',
    }
    expected = ["core may not include storage", "<openssl/evp.h> belongs to",
                "the unit reaches crypto/linkage_secret.h <- storage/s.h <- engine/link/l.cc",
                "is private to storage", "which no room has"]
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        found = "\n".join(check(root))
    missed = [text for text in expected if text not in found]
    for text in missed:
        print(f"self-test: not found: {text}")
    return 1 if missed else 0


def main():
    """Prints the complaints; 1 when there are any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--self-test", action="store_true")
    args = parser.parse_args()
    if args.self_test:
        return self_test()
    complaints = check(args.root)
    for complaint in complaints:
        print(complaint)
    print(f"{len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
