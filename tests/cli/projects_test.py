"""Projects know the same persons by ids that have nothing to do with each other."""

import math
import re
import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, contents, read_table

SAMPLE = SAMPLES / "western"
HOLDERS = ("hospital", "insurer")
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"
FORM = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z*~$=U]")


def has_check_symbol(project_id):
    """Whether an id's last symbol is its number modulo 37 (Crockford, "Base 32")."""
    *digits, check = project_id.replace("-", "")
    number = 0
    for digit in digits:
        number = number * 32 + SYMBOLS.index(digit)
    return SYMBOLS[number % 37] == check


def rank_correlation(left, right):
    """Spearman's rho of two lists of distinct values."""
    size = len(left)
    ranks = [{value: rank for rank, value in enumerate(sorted(values))}
             for values in (left, right)]
    squares = sum((ranks[0][a] - ranks[1][b]) ** 2 for a, b in zip(left, right))
    return 1 - 6 * squares / (size * (size * size - 1))


class ProjectsTest(musubi_cli.PreparedTest):
    """The sample linked once, released for two projects."""

    def prepare(self, folder):
        study = Study(self, folder / "study")
        for holder in HOLDERS:
            study.encode(holder, SAMPLE / f"{holder}.csv")
        self.build_store(study)

    def setUp(self):
        super().setUp()
        self.study_of = Study(self, self.folder / "study")

    def build_store(self, study):
        """Links both holders in a new store with two projects."""
        study.init()
        study.import_files(*HOLDERS)
        study.link()
        for project in ("one", "two"):
            study.add_project(project)

    def ids_of(self, project):
        """Record reference -> project id over all holders, in the order of the maps."""
        folder = self.study_of.store.with_suffix(f".{project}")
        self.study_of.release(project, folder)
        return {row["record_ref"]: row["project_id"] for holder in HOLDERS
                for row in read_table(folder / f"{holder}.map.csv")}

    def assert_uncorrelated(self, left, right):
        """Two orders of the same things agree no more than chance allows."""
        # The standard error of rho is 1 / sqrt(n - 1); six of them happen once in a billion runs.
        self.assertGreater(len(left), 300)
        self.assertLess(abs(rank_correlation(left, right)), 6 / math.sqrt(len(left) - 1))

    def test_two_projects_share_no_id_but_agree_on_who_is_one_person(self):
        one, two = self.ids_of("one"), self.ids_of("two")
        self.assertEqual(one.keys(), two.keys())
        self.assertFalse(set(one.values()) & set(two.values()))
        pairs = {(one[ref], two[ref]) for ref in one}
        self.assertEqual(len(pairs), len(set(one.values())))
        self.assertEqual(len(pairs), len(set(two.values())))
        self.assertLess(len(pairs), len(one))

    def test_the_order_of_ids_tells_nothing(self):
        one, two = self.ids_of("one"), self.ids_of("two")
        persons = sorted({(one[ref], two[ref]) for ref in one}, key=lambda pair: pair[0])
        self.assert_uncorrelated(*zip(*persons))
        refs = sorted({project_id: ref for ref, project_id in one.items()}.items())
        self.assert_uncorrelated(*zip(*refs))
        self.assertEqual(rank_correlation("abcd", "abcd"), 1)
        self.assertEqual(rank_correlation("abcd", "dcba"), -1)

    def test_references_tell_nothing_about_the_order_of_the_file(self):
        refs = [row["record_ref"] for row in read_table(self.study_of.refs("hospital"))]
        self.assert_uncorrelated(refs, range(len(refs)))
        local = [row["local_id"] for row in read_table(self.study_of.refs("hospital"))]
        self.assert_uncorrelated(refs, local)

    def test_maps_are_ordered_by_reference(self):
        self.ids_of("one")
        for holder in HOLDERS:
            file = self.study_of.store.with_suffix(".one") / f"{holder}.map.csv"
            refs = [row["record_ref"] for row in read_table(file)]
            self.assertEqual(refs, sorted(refs))
            self.assertEqual(set(refs), {row["record_ref"]
                                         for row in read_table(self.study_of.refs(holder))})

    def test_every_id_has_the_form_and_its_check_symbol(self):
        for project_id in self.ids_of("one").values():
            self.assertRegex(project_id, FORM)
            self.assertEqual(FORM.fullmatch(project_id).group(), project_id)
            self.assertTrue(has_check_symbol(project_id), project_id)
        wrong = project_id[:-1] + ("0" if project_id[-1] != "0" else "1")
        self.assertFalse(has_check_symbol(wrong))

    def test_a_project_of_the_same_name_elsewhere_has_other_ids(self):
        here = self.ids_of("one")
        self.study_of.store = self.folder / "elsewhere"
        self.build_store(self.study_of)
        there = self.ids_of("one")
        self.assertEqual(here.keys(), there.keys())
        self.assertFalse(set(here.values()) & set(there.values()))

    def test_a_release_can_be_made_again(self):
        first, second = self.folder / "first", self.folder / "second"
        self.study_of.release("one", first)
        self.study_of.release("one", second)
        self.assertEqual(contents(first), contents(second))
        self.assertNotIn("changes.csv", contents(second))

    def test_a_project_is_added_once_and_by_a_proper_name(self):
        store = self.study_of.store
        with self.store_unchanged(store):
            self.assert_says(self.unit("project", "add", store, "one", expect=73), "one")
            for name in ("", "UPPER", "a b", "../up", "a" * 65, "-x"):
                self.unit("project", "add", store, "--", name, expect=64)


if __name__ == "__main__":
    unittest.main()
