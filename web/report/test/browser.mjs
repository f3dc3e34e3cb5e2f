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
import { chromium } from "playwright-core";

const [executablePath, page, folder, ...charts] = process.argv.slice(2);
const address = pathToFileURL(page).href;
const name = basename(page, ".html");
const faults = [];

function expect(holds, what) {
  if (!holds) faults.push(what);
}

function same(found, wanted, what) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  expect(a === b, `${what}: found ${a}, wanted ${b}`);
}

// Everything that is looked at inside the page, in one go.
function look() {
  const rows = (place) => [...place.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent));
  const inside = (mark, picture) => {
    const [a, b] = [mark.getBoundingClientRect(), picture.getBoundingClientRect()];
    return a.left >= b.left - 2 && a.right <= b.right + 2 && a.top >= b.top - 2 &&
      a.bottom <= b.bottom + 2;
  };
  const crossing = (labels) => labels.filter((one, place) => labels.slice(place + 1).some((other) => {
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
    return a.left + 1 < b.right && b.left + 1 < a.right && a.top + 2 < b.bottom &&
      b.top + 2 < a.bottom;
  })).map((label) => label.textContent);
  const figures = [...document.querySelectorAll("figure")].map((figure) => {
    const picture = figure.querySelector("svg");
    const labels = [...figure.querySelectorAll("svg text")].flatMap((text) =>
      text.children.length > 0 ? [...text.children] : [text])
      .filter((label) => label.textContent.trim() !== "");
    return {
      name: figure.dataset.chart,
      label: picture?.getAttribute("aria-label") ?? "",
      role: picture?.getAttribute("role"),
      marks: (kind) => picture.querySelectorAll(kind).length,
      rects: picture.querySelectorAll("g[aria-label] > rect, g[aria-label] g > rect").length,
      dots: picture.querySelectorAll("circle").length,
      broken: picture.outerHTML.includes("NaN"),
      outside: labels.filter((label) => !inside(label, picture)).map((label) => label.textContent),
      crossing: crossing(labels),
    };
  }).map(({ marks, ...rest }) => rest);
  return {
    document: JSON.parse(document.getElementById("document").textContent),
    language: document.documentElement.lang,
    title: document.title,
    headings: [...document.querySelectorAll("h1, h2, h3")].map((heading) => heading.tagName),
    sections: [...document.querySelectorAll("main section")].map((section) => section.id),
    contents: [...document.querySelectorAll("nav a")].map((link) => link.getAttribute("href")),
    figures,
    tables: Object.fromEntries([...document.querySelectorAll("table")].map((table) =>
      [table.caption.textContent, rows(table)])),
    text: document.body.innerText,
    overflow: document.documentElement.scrollWidth - window.innerWidth,
  };
}

// Texts whose colour is too near that of what is behind them (WCAG 2: 4.5 to 1).
function dimTexts() {
  const parts = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).slice(0, 3).map((value) => {
      const c = value / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const dim = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const shown = [...element.childNodes].some((node) =>
      node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "");
    if (!shown || element.getClientRects().length === 0 || element.closest("script")) continue;
    const style = getComputedStyle(element);
    const colour = element.closest("svg") ? style.fill : style.color;
    const [a, b] = [light(colour), light(behind(element))];
    if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) {
      dim.add(`${element.tagName.toLowerCase()} "${element.textContent.slice(0, 30)}"`);
    }
  }
  return [...dim];
}

const number = (text) => Number(text.replace(/[^\d.-]/g, ""));
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

function checkFigures(seen, where) {
  same(seen.figures.map((figure) => figure.name), charts, `${where}: charts`);
  for (const figure of seen.figures) {
    const what = `${where}: chart ${figure.name}`;
    same(figure.role, "img", `${what}: role`);
    expect(figure.label.length > 20, `${what}: says nothing to those who cannot see it`);
    expect(!figure.broken, `${what}: a mark has no place`);
    same(figure.outside, [], `${what}: labels cut off`);
    same(figure.crossing, [], `${what}: labels over one another`);
  }
}

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
  const context = await browser.newContext({ colorScheme: scheme, offline: true,
    viewport: { width, height: 900 } });
  const tab = await context.newPage();
  tab.on("console", (message) => faults.push(`${where}: console: ${message.text()}`));
  tab.on("pageerror", (error) => faults.push(`${where}: ${error.message}`));
  tab.on("request", (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith("data:")) faults.push(`${where}: asked for ${url}`);
  });
  await tab.goto(address);
  await tab.waitForSelector("html[data-ready=yes]", { timeout: 30000 });
  await tab.waitForFunction(() => [...document.querySelectorAll("figure")].every((figure) =>
    figure.querySelector("svg")));
  const seen = await tab.evaluate(look);
  same(seen.language, "en", `${where}: language`);
  same(seen.headings[0], "H1", `${where}: first heading`);
  same(seen.contents, seen.sections.map((id) => `#${id}`), `${where}: contents`);
  expect(seen.title.includes(seen.document.contract.name), `${where}: title`);
  expect(seen.overflow <= 0, `${where}: the page is ${seen.overflow} wider than the window`);
  checkFigures(seen, where);
  checkNumbers(seen, where);
  await tab.screenshot({ path: join(folder, `${name}-${scheme}-${width}.png`), fullPage: true });
  await tab.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  same(await tab.evaluate(dimTexts), [], `${where}: too little contrast`);
  await tab.emulateMedia({ media: "print", colorScheme: scheme });
  same(await tab.evaluate(() => [...document.querySelectorAll("figure svg")].filter((picture) =>
    getComputedStyle(picture).maxWidth !== "100%").length), 0, `${where}: pictures too wide for paper`);
  await context.close();
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

// A policy that forbids everything is worth nothing if the page can still ask for things.
async function checkPolicy(browser) {
  const tab = await browser.newPage();
  await tab.goto(address);
  const refused = await tab.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "window.wasRun = true";
    document.body.append(script);
    const asked = await fetch("data:text/plain,x").then(() => "asked", () => "refused");
    return [window.wasRun ?? "refused", asked];
  });
  same(refused, ["refused", "refused"], `${name}: policy`);
  await tab.close();
}

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--headless=new"],
  ignoreDefaultArgs: ["--headless", "--headless=old"] });
try {
  for (const scheme of ["light", "dark"]) {
    for (const width of [1280, 390]) await check(browser, scheme, width);
  }
  await checkChooser(browser);
  await checkPolicy(browser);
} finally {
  await browser.close();
}
for (const fault of faults) console.log(fault);
console.log(`${name}: ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
