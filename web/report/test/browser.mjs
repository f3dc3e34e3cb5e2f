// Opens a report in headless Chromium, light and dark, wide and narrow, without a network, and checks
// that what it shows is what its document holds.
//
//   node browser.mjs CHROMIUM PAGE FOLDER CHART...
//
// CHART... are the charts that the page must have, no more and no fewer, in their order. Pictures of
// the page go to FOLDER. Prints a line for each thing that is wrong, and ends with 1 where there are any.
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { checkFigures, checkPolicy, dimTexts, Faults, launch, openPage } from "../../test/browser.mjs";

const [executablePath, page, folder, ...charts] = process.argv.slice(2);
const address = pathToFileURL(page).href;
const name = basename(page, ".html");
const faults = new Faults();
const expect = faults.expect.bind(faults);
const same = faults.same.bind(faults);

// Everything that is looked at inside the page, in one go.
function look() {
  const rows = (place) => [...place.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent));
  return {
    document: JSON.parse(document.getElementById("document").textContent),
    language: document.documentElement.lang,
    title: document.title,
    headings: [...document.querySelectorAll("h1, h2, h3")].map((heading) => heading.tagName),
    sections: [...document.querySelectorAll("main section")].map((section) => section.id),
    contents: [...document.querySelectorAll("nav a")].map((link) => link.getAttribute("href")),
    tables: Object.fromEntries([...document.querySelectorAll("table")].map((table) =>
      [table.caption.textContent, rows(table)])),
    text: document.body.innerText,
    overflow: document.documentElement.scrollWidth - window.innerWidth,
  };
}

const number = (text) => Number(text.replace(/[^\d.-]/g, ""));
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

// The numbers of each chart and table against the document.
function checkNumbers(seen, where) {
  const { document, tables } = seen;
  const run = document.epochs.filter((epoch) => epoch.kind === "link_run").at(-1);
  const learned = run?.report?.learned;
  const figure = (wanted) => seen.figures.find((one) => one.name === wanted);
  if (document.holders.length > 0) {
    same(tables["Holders"].map((row) => [row[0], number(row[1])]),
      document.holders.map((holder) => [holder.holder, holder.records]), `${where}: holders`);
  }
  const filled = sum(document.holders.map((holder) =>
    holder.filters.filter((filter) => filter.fill).length));
  if (filled > 0) {
    same(figure("fill")?.dots, filled, `${where}: fill`);
    same(tables["set bits by filter and holder"].length, filled, `${where}: fill's table`);
  }
  const unlike = document.holders.flatMap((holder) => holder.filters.flatMap((filter, place) =>
    (filter.fill?.differs ? [`${document.contract.filters[place].name} of ${holder.holder}`] : [])));
  for (const one of unlike) expect(seen.text.includes(one), `${where}: no word of ${one}`);
  if (document.persons.total > 0) {
    same(sum(tables["persons by number of records"].map((row) => number(row[1]))),
      document.persons.total, `${where}: persons`);
  }
  if (run) same(tables["link runs and reviews"].length, document.epochs.length, `${where}: runs`);
  if (document.review.proposals.length > 0) {
    same(tables["Proposals, by reason"].map((row) => number(row[2])),
      document.review.proposals.map((row) => row.open), `${where}: proposals`);
  }
  if (run?.report?.candidates.passes) {
    same(tables["blocking passes"].map((row) => [row[0], number(row[4])]),
      run.report.candidates.passes.map((pass) => [pass.name, pass.pairs]), `${where}: passes`);
  }
  if (run?.report?.scores?.length > 0) {
    same(figure("scores")?.rects, run.report.scores.length, `${where}: scores`);
    same(sum(tables["links by score"].map((row) => number(row[1]))), run.links, `${where}: links`);
  }
  if (!learned) return;
  same(figure("weights")?.rects, learned.weights.filter((bin) => bin.pairs > 0).length,
    `${where}: bars of weights`);
  same(sum(tables["pairs by weight"].map((row) => number(row[1]))), learned.pairs,
    `${where}: candidate pairs`);
  same(sum(tables["pairs by weight"].map((row) => number(row[3]))), learned.held_out,
    `${where}: pairs of two persons`);
  const levels = learned.model.comparisons.flatMap((comparison) => comparison.levels);
  same(figure("levels")?.dots, levels.length, `${where}: levels`);
  same(tables["chances and weights of every level"].length, levels.length, `${where}: m and u`);
  expect(seen.text.includes("the model\u2019s own opinion"), `${where}: recall is not labelled`);
}

async function check(browser, scheme, width) {
  const where = `${name}, ${scheme}, ${width} wide`;
  const tab = await openPage(browser, address, { colorScheme: scheme,
    viewport: { width, height: 900 } }, where, faults);
  const seen = await tab.evaluate(look);
  same(seen.language, "en", `${where}: language`);
  same(seen.headings[0], "H1", `${where}: first heading`);
  same(seen.contents, seen.sections.map((id) => `#${id}`), `${where}: contents`);
  expect(seen.title.includes(seen.document.contract.name), `${where}: title`);
  expect(seen.overflow <= 0, `${where}: the page is ${seen.overflow} wider than the window`);
  seen.figures = await checkFigures(tab, charts, where, faults);
  checkNumbers(seen, where);
  await tab.screenshot({ path: join(folder, `${name}-${scheme}-${width}.png`), fullPage: true });
  await tab.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  same(await tab.evaluate(dimTexts), [], `${where}: too little contrast`);
  await tab.emulateMedia({ media: "print", colorScheme: scheme });
  same(await tab.evaluate(() => [...document.querySelectorAll("figure svg")].filter((picture) =>
    getComputedStyle(picture).maxWidth !== "100%").length), 0, `${where}: pictures too wide for paper`);
  await tab.context().close();
}

// Choosing another run shows that run.
async function checkChooser(browser) {
  const tab = await browser.newPage();
  await tab.goto(address);
  const runs = await tab.evaluate(() =>
    JSON.parse(document.getElementById("document").textContent).epochs
      .filter((epoch) => epoch.kind === "link_run"));
  const chooser = await tab.$("select#run");
  same(chooser !== null, runs.length > 1, `${name}: chooser of runs`);
  if (chooser) {
    const first = runs[0];
    await tab.selectOption("select#run", String(first.epoch));
    same(await tab.$$eval("#candidates dd", (cells) => cells.slice(0, 2).map((cell) =>
      Number(cell.textContent.split(" ")[0].replace(/\D/g, "")))),
    [first.epoch, first.report.candidates.pairs], `${name}: pairs of the first run`);
    same(await tab.evaluate(() => document.activeElement?.id), "run", `${name}: focus`);
  }
  await tab.close();
}

mkdirSync(folder, { recursive: true });
const browser = await launch(executablePath);
try {
  for (const scheme of ["light", "dark"]) {
    for (const width of [1280, 390]) await check(browser, scheme, width);
  }
  await checkChooser(browser);
  await checkPolicy(browser, address, name, faults);
} finally {
  await browser.close();
}
process.exit(faults.tell(name));
