// Elements, made without ever reading text as HTML.

export type Content = Node | string | null | undefined | Content[];

// h("p", {class: "note"}, "text", element)
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...content: Content[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  append(element, content);
  return element;
}

function append(element: Element, content: Content): void {
  if (Array.isArray(content)) {
    for (const part of content) append(element, part);
  } else if (content !== null && content !== undefined) {
    element.append(content);
  }
}

// One section of the page: a heading, a sentence on what it shows, and what it shows.
export function section(id: string, title: string, lead: Content, ...content: Content[]): HTMLElement {
  return h("section", { id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, title), h("p", { class: "lead" }, lead), ...content);
}

export interface Column<Row> {
  title: string;
  text?: boolean; // on the left; numbers are on the right
  cell: (row: Row) => Content;
  share?: (row: Row) => number | null; // within 0 and 1: drawn behind the cell
}

// A name that may be broken after its underscores.
function breakable(name: string): Content[] {
  return name.split("_").flatMap((part, place) => (place === 0 ? [part] : ["_", h("wbr"), part]));
}

// A table that scrolls sideways where the window is narrow.
export function table<Row>(caption: string, columns: Column<Row>[], rows: Row[]): HTMLElement {
  const head = h("tr", {}, columns.map((column) =>
    h("th", { scope: "col", class: column.text ? "text" : "number" }, breakable(column.title))));
  const body = rows.map((row) => h("tr", {}, columns.map((column, place) => {
    const kind = { class: column.text ? "text" : "number" };
    const cell = place === 0 ? h("th", { scope: "row", ...kind }, column.cell(row))
      : h("td", kind, column.cell(row));
    const share = column.share?.(row) ?? null;
    if (share !== null) {
      cell.classList.add("share");
      cell.style.setProperty("--share", `${(share * 100).toFixed(1)}%`);
    }
    return cell;
  })));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {}, h("caption", {}, h("span", {}, caption)), h("thead", {}, head), h("tbody", {}, body)));
}

// A table that is there for those who want the numbers, folded away for those who do not.
export function numbers<Row>(caption: string, columns: Column<Row>[], rows: Row[]): HTMLElement {
  return h("details", {}, h("summary", {}, `Numbers: ${caption}`), table(caption, columns, rows));
}

// Names and values side by side.
export function facts(rows: [string, Content][]): HTMLElement {
  return h("dl", { class: "facts" }, rows.map(([name, value]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

export function note(...content: Content[]): HTMLElement {
  return h("p", { class: "note" }, ...content);
}

// Something that wants to be looked at.
export function warning(...content: Content[]): HTMLElement {
  return h("p", { class: "warning" }, h("strong", {}, "Look here. "), ...content);
}

// Says why there is nothing to show.
export function empty(...content: Content[]): HTMLElement {
  return h("p", { class: "empty" }, ...content);
}

// The page's contents: a link to each section.
export function listContents(): void {
  const entries = [...document.querySelectorAll<HTMLElement>("main section")].map((part) =>
    h("li", {}, h("a", { href: `#${part.id}` }, part.querySelector("h2")?.textContent ?? "")));
  document.getElementById("contents")?.replaceChildren(h("ul", {}, entries));
}
