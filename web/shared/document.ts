// What a page shows: the JSON that the program put into it, as it is.
export function pageDocument(): unknown {
  return JSON.parse(document.getElementById("document")?.textContent ?? "");
}
