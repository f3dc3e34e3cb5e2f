// What the page says of numbers, without a browser.
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { bound } from "../src/sections/exposure";
import { groupRows } from "../src/sections/groups";
import { byTest, testOf } from "../src/tests";
import { caseText, found, kindName, people, share, tally } from "../src/words";

function finding(test, about, more = {}) {
  return { test, case: about, attacker: "unit", outcome: "pass", value: 0, ...more };
}

test("a share of people is never told smaller than it is", () => {
  equal(people(0.005643), "1 in 170 people"); // 1 / 177.2
  equal(people(1 / 30), "1 in 30 people");
  equal(people(0.1), "1 in 10 people");
  equal(people(0.1001), "11 in 100 people");
  equal(people(0.734), "74 in 100 people");
  equal(people(0.00019), "1 in 5,200 people"); // 1 / 5263
  equal(people(0), "nobody");
  equal(people(0.9949), "100 in 100 people");
  equal(people(0.995), "everyone, or nearly everyone");
  for (let part = 1; part < 2000; part += 1) {
    const match = /^1 in ([\d,]+) people$/.exec(people(part / 20000));
    equal(match !== null && 1 / Number(match[1].replaceAll(",", "")) >= part / 20000 - 1e-12, true, `${part}`);
  }
});

test("shares, counts and cases as people read them", () => {
  equal(share(0.005643), "0.56\u00a0%");
  equal(share(1), "100.0\u00a0%");
  equal(found(finding("graph_matching", "", { successes: 3, trials: 1000, value: 0.003 })),
    "3 of 1,000 (0.30\u00a0%)");
  equal(caseText("1000 known pairs, rarest tenth"), "1,000 known pairs, people with the rarest names");
  equal(caseText("person"), "person");
  equal(kindName("name_kana"), "name in kana");
  equal(kindName("constructor_of_another_program"), "constructor_of_another_program");
});

test("a bound is of so many at most, or not known", () => {
  equal(bound({ at_most: 0.005643 }), "at most 1 in 170 people");
  equal(bound({ at_most: 1 }), "everyone, or nearly everyone");
  equal(bound({}), "not known");
});

test("outcomes are counted, the worst first", () => {
  equal(tally([finding("a", ""), finding("b", "", { outcome: "fail" }), finding("c", "")]),
    "1 failed, 2 passed");
  equal(tally([]), "");
});

test("a group stands beside everyone", () => {
  const all = finding("anchor_profile", "1000 known pairs");
  const rare = finding("anchor_profile", "1000 known pairs, rarest tenth");
  const alone = finding("graph_matching", "100 % overlap, other scripts");
  deepEqual(groupRows([all, rare, alone]), [
    { all, group: rare, name: "people with the rarest names" },
    { all: undefined, group: alone, name: "people with names in another script" }]);
});

test("findings of one test stand together, in their order", () => {
  const [a, b, c] = [finding("entropy", "name"), finding("gini_floors", "name"), finding("entropy", "sex")];
  deepEqual(byTest([a, b, c]), [["entropy", [a, c]], ["gini_floors", [b]]]);
});

test("a test that the page does not know is shown under its own name", () => {
  equal(testOf("toString").title, "toString");
  equal(testOf("newest_attack").title, "newest_attack");
  equal(testOf("gini_floors").show(1.25), "1.3 times");
  equal(testOf("identical_multiplicity").show(1), "1 record");
});
