// What each test of an audit asks, and how its measure is read (docs/audit.md).
import { count, decimals } from "../../shared/format";
import type { Finding } from "./document";
import { share } from "./words";

export interface Test {
  title: string;
  asks: string; // what is asked, and how the number is read
  show: (value: number) => string;
  of?: string; // what its cases are names of
  control?: string; // what the control is, where it is not plain filters
}

const records = (value: number): string => `${count(value)} ${value === 1 ? "record" : "records"}`;
const times = (value: number): string => `${decimals(value, 1)} times`;
const measure = (value: number): string => decimals(value, 3);

const kTests = new Map<string, Test>(Object.entries({
  records: {
    title: "Any attack at all",
    asks: "So few records are not attacked: nobody can say how exposed they are.",
    show: records,
  },
  identical_share: {
    title: "Encodings that are the same",
    asks: "How many records have exactly the encoding of another record? Such records are seen to be of "
      + "namesakes, or of one person twice.",
    show: share,
    of: "filter ",
  },
  identical_multiplicity: {
    title: "The commonest encoding",
    asks: "How many records have the encoding that occurs most often? It is that of a common name.",
    show: records,
    of: "filter ",
  },
  frequency_alignment: {
    title: "Counting how often values occur",
    asks: "The attacker takes the encoding that occurs most often for the commonest value, the next for the "
      + "next, and so on. How many values are told rightly?",
    show: share,
    of: "filter ",
  },
  blocks_outside: {
    title: "Blocks that are too small or too large",
    asks: "How many records are in a block so small that it is nearly a name, or so large that it is a common "
      + "one?",
    show: share,
    of: "token ",
  },
  gini_floors: {
    title: "Uneven bits",
    asks: "In a good encoding each bit is like a tossed coin. How uneven are the bits, compared with coins? "
      + "1 is like coins; common syllables show as uneven bits.",
    show: times,
    of: "filter ",
  },
  frequency_divergence: {
    title: "Bits that are not coins",
    asks: "How far are the bits from tossed coins, compared with what coins show in one file of 100? Up to 1 "
      + "they cannot be told from coins; more shows that they can, not that anybody is known by it.",
    show: times,
    of: "filter ",
  },
  entropy: {
    title: "How hard a bit is to guess",
    asks: "1 is like a coin, and the best; less means that a bit is partly known beforehand. The limit is the "
      + "least that passes.",
    show: (value) => decimals(value, 4),
    of: "filter ",
  },
  weight_correlation: {
    title: "Long names",
    asks: "Do longer names have more bits that are 1? 0 is not at all, 1 is always.",
    show: measure,
    of: "filter ",
  },
  similarity_random: {
    title: "Similar people, similar encodings: any two people",
    asks: "Can the attacker tell from two encodings how alike two people\u2019s names and dates are? 0 is not at "
      + "all, 1 is exactly.",
    show: measure,
  },
  similarity_neighbours: {
    title: "Similar people, similar encodings: the most alike",
    asks: "The same, of each person and the ten who are most alike. Linkage needs some of this.",
    show: measure,
  },
  visible_neighbours: {
    title: "People who visibly resemble each other",
    asks: "To how many others does a person\u2019s encoding bear a likeness that is more than chance, on average? "
      + "Below 1 the attacker sees islands of a few people, and no network.",
    show: (value) => decimals(value, 2),
  },
  graph_matching: {
    title: "Laying two networks upon each other",
    asks: "The attacker draws who is like whom among the people on its list, and among the encodings, and "
      + "lays one picture upon the other. How many people are named? With 100 % overlap everybody on the list "
      + "is in the file; with 20 %, one in five.",
    show: share,
  },
  anchor_profile: {
    title: "Comparing with known people",
    asks: "The attacker knows of some people which encoding is theirs, and names others by how alike they "
      + "are to those. How many of the others are named?",
    show: share,
  },
  probe_auc: {
    title: "Learning what bits mean",
    asks: "The attacker learns from known people which bits go with which piece of a name. How well does that "
      + "work for others? 0.5 is like tossing a coin, 1 is always right.",
    show: measure,
  },
  learnt_decoding: {
    title: "Teaching a machine to read",
    asks: "The attacker knows of a fifth of the people which encoding is theirs, teaches a neural network with "
      + "them to read encodings, and takes each of the others for the person on its list who fits best. How "
      + "many are named?",
    show: share,
  },
  learnt_tokens: {
    title: "What that machine can read",
    asks: "How much of the pieces of names and dates does it read rightly? 1 is all. Chance is what "
      + "somebody has right who always says the commonest pieces.",
    show: measure,
  },
  mined_tokens: {
    title: "Bits that go together",
    asks: "Bits that always occur together come from one piece of a name. How many such pieces are told "
      + "rightly?",
    show: count,
    of: "filter ",
  },
  dictionary: {
    title: "Trying names",
    asks: "The attacker encodes all names on its list and looks for them among the encodings. How many are "
      + "found?",
    show: share,
    control: " with the secret",
  },
}));

// A test by its name in the report; one that this page does not know has its name for a title.
export function testOf(name: string): Test {
  return kTests.get(name) ?? { title: name, asks: "", show: measure };
}

// The findings of each test, in the report's order.
export function byTest(findings: Finding[]): [string, Finding[]][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) groups.set(finding.test, [...(groups.get(finding.test) ?? []), finding]);
  return [...groups];
}
