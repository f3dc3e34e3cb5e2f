// Charts in the page's own colours, drawn anew when the window's width changes.
import { plot, type PlotOptions } from "@observablehq/plot";
import { h } from "./dom";

// The series' colours: variables of the style sheet, so that light and dark need no drawing anew.
export const colours = {
  main: "var(--series-main)",
  second: "var(--series-second)",
  third: "var(--series-third)",
  quiet: "var(--series-quiet)",
  warn: "var(--series-warn)",
  line: "var(--line)",
  text: "var(--text)",
};

export interface Key {
  name: string;
  colour: string;
  shape?: "box" | "pale" | "line" | "dashes" | "dot" | "ring";
}

export interface Chart {
  name: string; // for the tests and for links
  title: string; // what is drawn, in a line
  description: string; // for those who cannot see it: what it shows, with its main numbers
  keys?: Key[];
  options: (width: number) => PlotOptions;
}

const kNarrow = 320;

function legend(keys: Key[]): HTMLElement {
  return h("ul", { class: "legend" }, keys.map((key) => {
    const mark = h("span", { class: `mark ${key.shape ?? "box"}`, "aria-hidden": "true" });
    mark.style.setProperty("--colour", key.colour);
    return h("li", {}, mark, key.name);
  }));
}

export function chart(what: Chart): HTMLElement {
  const place = h("div", { class: "plot" });
  const figure = h("figure", { "data-chart": what.name }, h("figcaption", {}, what.title),
    what.keys ? legend(what.keys) : null, place);
  let drawn = 0;
  const draw = (): void => {
    const width = Math.max(kNarrow, Math.floor(place.clientWidth || 720));
    if (width === drawn) return;
    drawn = width;
    const picture = plot({
      width,
      style: { background: "transparent", color: "inherit", fontSize: "12px", overflow: "visible" },
      ...what.options(width),
    });
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", `${what.title}. ${what.description}`);
    place.replaceChildren(picture);
  };
  new ResizeObserver(draw).observe(place);
  return figure;
}

// Room on the left for names of these lengths.
export function marginFor(names: string[]): number {
  const longest = Math.max(0, ...names.map((name) => name.length));
  return Math.min(180, 24 + 7 * longest);
}
