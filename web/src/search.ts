/** The search box: a combobox after the ARIA pattern, fed by the server as one types. */
import { api, ServerError, type Hit, type Vocabulary } from "./api";
import { swatch } from "./colours";
import { fill, h, tidy } from "./dom";
import type { Say } from "./i18n";
import type { Lang } from "./state";

const WAIT_MS = 120;
const MOST = 12;

export interface SearchOptions {
  readonly say: Say;
  readonly lang: Lang;
  readonly vocabulary: () => Vocabulary | null;
  readonly onChoose: (hit: Hit) => void;
}

/** Make the search box. `/` anywhere on the page leads into it. */
export function searchBox({ say, lang, vocabulary, onChoose }: SearchOptions): HTMLElement {
  let hits: readonly Hit[] = [];
  let active = -1;
  let asked: AbortController | null = null;
  let timer = 0;
  /** Enter was pressed before the answer came: take the first when it does. */
  let eager = false;

  const list = h("ul", { id: "search-list", role: "listbox", "aria-label": say("searchLabel"), hidden: true });
  const status = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  const note = h("p", { class: "note", hidden: true });
  const input = h("input", {
    id: "search",
    type: "search",
    role: "combobox",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    placeholder: say("searchHint"),
    "aria-label": say("searchLabel"),
    "aria-controls": "search-list",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    oninput: () => schedule(),
    onkeydown: (event: KeyboardEvent) => onKey(event),
    onfocus: () => hits.length && open(true),
    // leave time for a click on a result
    onblur: () => window.setTimeout(() => open(false), 150),
  });

  function open(shown: boolean): void {
    list.hidden = !(shown && hits.length);
    note.hidden = !(shown && note.textContent);
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (!shown) move(-1);
  }

  function move(to: number): void {
    active = to;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === active)));
    const item = list.children[active];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function choose(index: number): void {
    const hit = hits[index];
    if (!hit) return;
    eager = false;
    input.value = hit.name;
    hits = [];
    open(false);
    input.blur();
    onChoose(hit);
  }

  function typeLabel(type: string): string {
    const term = vocabulary()?.classes.find(({ name }) => name === type);
    return term ? (lang === "zh" ? term.label_zh : term.label_en) : type;
  }

  function schedule(): void {
    window.clearTimeout(timer);
    asked?.abort();
    eager = false;
    if (!input.value.trim()) {
      hits = [];
      tell("");
      open(false);
      return;
    }
    timer = window.setTimeout(() => void find(input.value.trim()), WAIT_MS);
  }

  function tell(text: string, shown = ""): void {
    status.textContent = text;
    note.textContent = shown;
  }

  async function find(typed: string): Promise<void> {
    const mine = (asked = new AbortController());
    try {
      const answer = await api.search(typed, MOST, { signal: mine.signal, onSlow: () => show([], say("slow")) });
      if (mine !== asked) return;
      show(answer.results, answer.results.length ? "" : say("nothingFound", typed));
      if (eager) choose(0);
    } catch (error) {
      if (mine.signal.aborted) return;
      show([], error instanceof ServerError ? error.say(say) : say("unreadable"));
    }
  }

  function show(found: readonly Hit[], shown: string): void {
    hits = found;
    fill(
      list,
      hits.map((hit, index) =>
        h(
          "li",
          {
            id: `search-${index}`,
            role: "option",
            "aria-selected": "false",
            onmousedown: (event: MouseEvent) => {
              event.preventDefault();
              choose(index);
            },
          },
          swatch(hit.family),
          h("span", { class: "name", lang: "zh" }, tidy(hit.name, 40)),
          hit.matched !== hit.name && h("span", { class: "matched", lang: "zh" }, tidy(hit.matched, 24)),
          h("span", { class: "kind" }, typeLabel(hit.type)),
          h("span", { class: "count", title: say("degree") }, hit.degree),
        ),
      ),
    );
    tell(hits.length ? say("results", hits.length) : shown, shown);
    open(document.activeElement === input);
    if (hits.length) move(0);
  }

  function onKey(event: KeyboardEvent): void {
    // an input method uses these keys for itself while it composes
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && hits.length) {
      open(true);
      move((active + 1) % hits.length);
    } else if (event.key === "ArrowUp" && hits.length) {
      open(true);
      move((active - 1 + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      if (hits.length && !list.hidden) choose(Math.max(0, active));
      else {
        schedule();
        eager = true;
      }
    } else if (event.key === "Escape") {
      if (list.hidden && note.hidden) input.blur();
      open(false);
    } else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  return h("div", { class: "search", role: "search" }, input, h("kbd", { "aria-hidden": "true" }, "/"), list, note, status);
}
