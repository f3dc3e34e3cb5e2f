// What the tests of all pages share: opening a page in headless Chromium without a network, and what
// holds for any of them.
import { chromium } from "playwright-core";

// What was found wrong.
export class Faults {
  #found = [];

  expect(holds, what) {
    if (!holds) this.#found.push(what);
  }

  same(found, wanted, what) {
    const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
    this.expect(a === b, `${what}: found ${a}, wanted ${b}`);
  }

  // Prints a line for each fault, and returns the exit code.
  tell(name) {
    for (const fault of this.#found) console.log(fault);
    console.log(`${name}: ${this.#found.length} faults`);
    return this.#found.length === 0 ? 0 : 1;
  }
}

export function launch(executablePath) {
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--headless=new"],
    ignoreDefaultArgs: ["--headless", "--headless=old"] });
}

// A tab in which the page is open and drawn. A word on the console, an error and a request for
// anything but the page are faults.
export async function openPage(browser, address, options, where, faults) {
  const context = await browser.newContext({ offline: true, ...options });
  const tab = await context.newPage();
  tab.on("console", (message) => faults.expect(false, `${where}: console: ${message.text()}`));
  tab.on("pageerror", (error) => faults.expect(false, `${where}: ${error.message}`));
  tab.on("request", (request) => {
    const url = request.url();
    faults.expect(url === address || url.startsWith("data:"), `${where}: asked for ${url}`);
  });
  await tab.goto(address);
  if (options.javaScriptEnabled === false) return tab;
  await tab.waitForSelector("html[data-ready=yes]", { timeout: 30000 });
  await tab.waitForFunction(() => [...document.querySelectorAll("figure")].every((figure) =>
    figure.querySelector("svg")));
  return tab;
}

// What there is to say of each chart; runs inside the page.
function lookAtFigures() {
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
  return [...document.querySelectorAll("figure")].map((figure) => {
    const picture = figure.querySelector("svg");
    const labels = [...figure.querySelectorAll("svg text")].flatMap((text) =>
      text.children.length > 0 ? [...text.children] : [text])
      .filter((label) => label.textContent.trim() !== "");
    return {
      name: figure.dataset.chart,
      label: picture?.getAttribute("aria-label") ?? "",
      role: picture?.getAttribute("role"),
      rects: picture.querySelectorAll("g[aria-label] > rect, g[aria-label] g > rect").length,
      dots: picture.querySelectorAll("circle").length,
      broken: picture.outerHTML.includes("NaN"),
      outside: labels.filter((label) => !inside(label, picture)).map((label) => label.textContent),
      crossing: crossing(labels),
    };
  });
}

// Looks at all charts: these, no more and no fewer, in their order. Returns what it saw of them.
export async function checkFigures(tab, charts, where, faults) {
  const figures = await tab.evaluate(lookAtFigures);
  faults.same(figures.map((figure) => figure.name), charts, `${where}: charts`);
  for (const figure of figures) {
    const what = `${where}: chart ${figure.name}`;
    faults.same(figure.role, "img", `${what}: role`);
    faults.expect(figure.label.length > 20, `${what}: says nothing to those who cannot see it`);
    faults.expect(!figure.broken, `${what}: a mark has no place`);
    faults.same(figure.outside, [], `${what}: labels cut off`);
    faults.same(figure.crossing, [], `${what}: labels over one another`);
  }
  return figures;
}

// Texts whose colour is too near that of what is behind them (WCAG 2: 4.5 to 1); runs inside
// the page.
export function dimTexts() {
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

// A policy that forbids everything is worth nothing if the page can still ask for things.
export async function checkPolicy(browser, address, name, faults) {
  const tab = await browser.newPage();
  await tab.goto(address);
  const refused = await tab.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "window.wasRun = true";
    document.body.append(script);
    const asked = await fetch("data:text/plain,x").then(() => "asked", () => "refused");
    return [window.wasRun ?? "refused", asked];
  });
  faults.same(refused, ["refused", "refused"], `${name}: policy`);
  await tab.close();
}
