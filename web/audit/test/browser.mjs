// Opens the page of an audit in headless Chromium, light and dark, wide and narrow, with and without
// JavaScript and on paper, without a network, and checks that it shows what its report holds.
//
//   node browser.mjs CHROMIUM PAGE FOLDER
//
// Pictures of the page and NAME.pdf go to FOLDER. Prints a line for each thing that is wrong, and ends
// with 1 where there are any.
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { checkFigures, checkPolicy, dimTexts, Faults, launch, openPage } from "../../test/browser.mjs";

const [executablePath, page, folder] = process.argv.slice(2);
const address = pathToFileURL(page).href;
const name = basename(page, ".html");
const faults = new Faults();
const expect = faults.expect.bind(faults);
const same = faults.same.bind(faults);

const kCharts = ["exposure"];
const kMarks = { pass: "\u2713 pass", fail: "\u2715 fail", inconclusive: "? inconclusive", invalid: "! invalid",
  told: "\u2013 no verdict" };

// Everything that is looked at inside the page, in one go.
function look() {
  const rows = (caption) => {
    const table = [...document.querySelectorAll("table")].find((one) => one.caption.textContent === caption);
    return [...(table?.querySelectorAll("tbody tr") ?? [])].map((row) =>
      [...row.children].map((cell) => cell.innerText));
  };
  return {
    document: JSON.parse(document.getElementById("document").textContent),
    language: document.documentElement.lang,
    title: document.title,
    levels: [...document.querySelectorAll("h1, h2, h3")].map((heading) => Number(heading.tagName[1])),
    sections: [...document.querySelectorAll("main section")].map((section) => section.id),
    contents: [...document.querySelectorAll("nav a")].map((link) => link.getAttribute("href")),
    nameless: [...document.querySelectorAll("th:not([scope]), table:not(:has(caption))")].length,
    tests: rows("All tests").filter((row) => row.length > 1),
    exposures: rows("The worst case of each attacker"),
    fields: [...document.querySelectorAll(".fields strong")].map((field) => field.textContent),
    groups: rows("The most exposed groups"),
    verdict: document.querySelector(".verdict")?.innerText ?? "",
    warned: document.querySelector("header .warning") !== null,
    text: document.body.innerText,
    strangers: document.querySelectorAll("img, iframe, object, embed, form, a[href]:not([href^='#'])").length,
    scripts: document.querySelectorAll("script").length,
    wasRun: window.wasRun === true,
    overflow: document.documentElement.scrollWidth - window.innerWidth,
  };
}

function checkReport(seen, where) {
  const { report, verdict, next, exposures, report_digest: digest } = seen.document;
  for (const text of [verdict, next]) expect(seen.verdict.includes(text), `${where}: no "${text}"`);
  expect(seen.verdict.toLowerCase().includes(kMarks[report.outcome]), `${where}: verdict`);
  same(seen.warned, !report.usual_policy, `${where}: warning of looser limits`);
  for (const text of [report.contract, report.contract_name, report.purpose, report.input, digest, report.program,
    report.key_check]) {
    expect(seen.text.includes(text), `${where}: no word of "${text}"`);
  }
  same(seen.fields, report.fields.map((field) => field.name), `${where}: fields`);
  same(seen.exposures.map((row) => row[0].split("\n")[0]), exposures.map((one) => one.who), `${where}: attackers`);
  same(seen.exposures.at(-1)[1].split("\n")[0], "everyone, or nearly everyone", `${where}: with the secret`);
  same(seen.tests.map((row) => row.at(-1).split("\n")[0]).sort(),
    report.findings.map((finding) => kMarks[finding.outcome]).sort(), `${where}: verdicts of tests`);
  same(seen.groups.length, report.findings.filter((finding) =>
    /, (rarest tenth|other scripts)$/.test(finding.case)).length, `${where}: groups`);
}

function checkForm(seen, where) {
  same(seen.language, "en", `${where}: language`);
  same(seen.levels.filter((level) => level === 1).length, 1, `${where}: first headings`);
  same(seen.levels.filter((level, at) => level > (seen.levels[at - 1] ?? 0) + 1), [], `${where}: headings left out`);
  same(seen.contents, seen.sections.map((id) => `#${id}`), `${where}: contents`);
  expect(seen.title.includes(seen.document.report.contract_name), `${where}: title`);
  same(seen.nameless, 0, `${where}: tables or cells without a name`);
  same([seen.strangers, seen.scripts, seen.wasRun], [0, 2, false], `${where}: what a text brought in`);
  expect(seen.overflow <= 0, `${where}: the page is ${seen.overflow} wider than the window`);
}

async function check(browser, scheme, width) {
  const where = `${name}, ${scheme}, ${width} wide`;
  const tab = await openPage(browser, address, { colorScheme: scheme,
    viewport: { width, height: 900 } }, where, faults);
  const seen = await tab.evaluate(look);
  checkForm(seen, where);
  checkReport(seen, where);
  await checkFigures(tab, kCharts, where, faults);
  same(await tab.evaluate(dimTexts), [], `${where}: too little contrast`);
  await tab.screenshot({ path: join(folder, `${name}-${scheme}-${width}.png`), fullPage: true });
  await tab.context().close();
}

// On paper: dark or not, black on white.
async function checkPrint(browser) {
  const where = `${name}, printed`;
  const tab = await openPage(browser, address, { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
    where, faults);
  await tab.emulateMedia({ media: "print", colorScheme: "dark" });
  same(await tab.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)",
    `${where}: paper`);
  await tab.pdf({ path: join(folder, `${name}.pdf`), preferCSSPageSize: true });
  await tab.context().close();
}

// What is there for a browser that runs no programs.
async function checkWithoutProgram(browser) {
  const where = `${name}, without JavaScript`;
  const tab = await openPage(browser, address, { javaScriptEnabled: false }, where, faults);
  const text = (await tab.innerText("body")).replace(/\s+/g, " ");
  const { report, report_digest: digest, verdict, next, exposures } = JSON.parse(await tab.textContent("#document"));
  same(text.includes("limits of this audit are looser"), !report.usual_policy, `${where}: looser limits`);
  for (const wanted of [verdict, next, report.contract, report.input, digest, ...exposures.map((one) => one.who), "Encodings remain personal data",
    "If the secret gets out, everyone can be found", "100.0 %"]) {
    expect(text.includes(wanted), `${where}: no "${wanted}"`);
  }
  await tab.screenshot({ path: join(folder, `${name}-without.png`), fullPage: true });
  await tab.context().close();
}

mkdirSync(folder, { recursive: true });
const browser = await launch(executablePath);
try {
  for (const [scheme, width] of [["light", 1280], ["dark", 390]]) {
    await check(browser, scheme, width);
  }
  await checkPrint(browser);
  await checkWithoutProgram(browser);
  await checkPolicy(browser, address, name, faults);
} finally {
  await browser.close();
}
process.exit(faults.tell(name));
