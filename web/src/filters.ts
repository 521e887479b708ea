/** The column of filters, which is the legend too: a colour for each family, a switch for each type. */
import type { GraphPart, Vocabulary } from "./api";
import { swatch } from "./colours";
import { fill, h, type Child } from "./dom";
import type { Say } from "./i18n";
import { isDay, LIMITS, START, toggle, type Filters, type ViewState } from "./state";

const TYPING_MS = 500;

export interface FilterOptions {
  readonly say: Say;
  readonly onChange: (change: Partial<ViewState>) => void;
}

/** Count how often each type and relation is in view. */
export function counts(part: GraphPart): { types: Map<string, number>; predicates: Map<string, number> } {
  const count = (names: readonly string[]) =>
    names.reduce((told, name) => told.set(name, (told.get(name) ?? 0) + 1), new Map<string, number>());
  return { types: count(part.nodes.map(({ type }) => type)), predicates: count(part.edges.map(({ predicate }) => predicate)) };
}

/** What is wrong with two dates, if anything: each is a year, a month or a day, the first not after the last. */
export function dateFault(since: string, until: string): "dateBad" | "dateOrder" | null {
  if ((since && !isDay(since)) || (until && !isDay(until))) return "dateBad";
  // `2023` lies within `2023-05`, so only what both tell is compared
  const told = Math.min(since.length, until.length);
  return told && since.slice(0, told) > until.slice(0, told) ? "dateOrder" : null;
}

export class FilterColumn {
  readonly element: HTMLElement;
  private readonly types = h("div", { class: "switches" });
  private readonly predicates = h("div", { class: "switches" });
  private readonly since: HTMLInputElement;
  private readonly until: HTMLInputElement;
  private readonly dateNote = h("p", { class: "fault", role: "alert", hidden: true });
  private readonly confidence: HTMLInputElement;
  private readonly confidenceValue = h("output", { for: "confidence" });
  private readonly limit: HTMLSelectElement;
  private readonly hops: HTMLElement = h("div", { class: "steps", role: "radiogroup" });
  private readonly hopsRow: HTMLElement;
  private readonly reset: HTMLButtonElement;
  private timer = 0;
  private state: ViewState = START;

  constructor(private readonly options: FilterOptions) {
    const { say } = options;
    this.since = this.dateField("since");
    this.until = this.dateField("until");
    this.confidence = h("input", {
      id: "confidence",
      type: "range",
      min: "0",
      max: "1",
      step: "0.05",
      oninput: () => {
        this.confidenceValue.textContent = Number(this.confidence.value).toFixed(2);
        this.later({ confidence: Number(this.confidence.value) }, 250);
      },
    });
    this.limit = h(
      "select",
      { id: "limit", onchange: () => options.onChange({ limit: Number(this.limit.value) }) },
      LIMITS.map((limit) => h("option", { value: limit }, limit)),
    );
    this.hopsRow = h("div", { class: "row" }, h("span", { class: "label", id: "hops-label" }, say("hops")), this.hops);
    this.hops.setAttribute("aria-labelledby", "hops-label");
    this.reset = h(
      "button",
      {
        type: "button",
        class: "quiet",
        onclick: () =>
          options.onChange({ types: [], predicates: [], since: "", until: "", confidence: START.confidence, limit: START.limit }),
      },
      say("reset"),
    );
    this.element = h(
      "aside",
      { class: "filters", id: "filters", "aria-label": say("filters") },
      h("section", {}, h("h2", {}, say("types")), this.types),
      h("section", {}, h("h2", {}, say("relations")), this.predicates),
      h(
        "section",
        {},
        h("h2", {}, say("dates")),
        h("div", { class: "row dates" }, this.since, h("span", {}, "–"), this.until),
        this.dateNote,
      ),
      h(
        "section",
        {},
        h("div", { class: "row" }, h("label", { for: "confidence" }, say("confidence")), this.confidenceValue),
        this.confidence,
      ),
      h(
        "section",
        {},
        this.hopsRow,
        h("div", { class: "row" }, h("label", { for: "limit" }, say("limit")), h("span", {}, this.limit, ` ${say("things")}`)),
      ),
      this.reset,
    );
  }

  /** Show a state, with what is in view counted. */
  show(state: ViewState, vocabulary: Vocabulary | null, part: GraphPart | null): void {
    this.state = state;
    const { say } = this.options;
    const told = part ? counts(part) : null;
    if (vocabulary) {
      const allTypes = vocabulary.classes.map(({ name }) => name);
      fill(
        this.types,
        vocabulary.families.map(({ name: family, types, ...familyLabels }) => {
          const rows = types.map((type) =>
            this.row("types", type, allTypes, vocabulary.classes.find(({ name }) => name === type)!, told?.types.get(type) ?? 0, {
              family,
              swatch: types.length === 1,
            }),
          );
          if (types.length === 1) return rows;
          return h("div", { class: "family" }, h("h3", {}, swatch(family), this.word(familyLabels)), rows);
        }),
      );
      const allPredicates = vocabulary.properties.map(({ name }) => name);
      fill(
        this.predicates,
        vocabulary.properties.map((property) =>
          this.row("predicates", property.name, allPredicates, property, told?.predicates.get(property.name) ?? 0),
        ),
      );
    }
    if (document.activeElement !== this.since && document.activeElement !== this.until) {
      this.since.value = state.since;
      this.until.value = state.until;
      this.fault(null);
    }
    this.confidence.value = String(state.confidence);
    this.confidenceValue.textContent = state.confidence.toFixed(2);
    if (!LIMITS.some((limit) => limit === state.limit)) this.limit.append(h("option", { value: state.limit }, state.limit));
    this.limit.value = String(state.limit);
    this.hopsRow.hidden = !state.around;
    fill(
      this.hops,
      [1, 2, 3].map((step) =>
        h(
          "button",
          {
            type: "button",
            role: "radio",
            "aria-checked": String(step === state.hops),
            "aria-label": say("step", step),
            onclick: () => this.options.onChange({ hops: step }),
          },
          step,
        ),
      ),
    );
    const plain: Filters = START;
    this.reset.hidden = !(
      state.types.length ||
      state.predicates.length ||
      state.since ||
      state.until ||
      state.confidence !== plain.confidence ||
      state.limit !== plain.limit
    );
  }

  private word(labels: { readonly label_zh: string; readonly label_en: string }): string {
    return this.state.lang === "zh" ? labels.label_zh : labels.label_en;
  }

  private row(
    kind: "types" | "predicates",
    name: string,
    all: readonly string[],
    labels: { readonly label_zh: string; readonly label_en: string; readonly count: number },
    inView: number,
    marks: { family?: string; swatch?: boolean } = {},
  ): HTMLElement {
    const chosen = this.state[kind];
    const on = !chosen.length || chosen.includes(name);
    const change = (names: string[]) => this.options.onChange(kind === "types" ? { types: names } : { predicates: names });
    const alone = chosen.length === 1 && on;
    const box = h("input", { type: "checkbox", value: name, onchange: () => change(toggle(this.state[kind], name, all)) });
    box.checked = on;
    const children: Child[] = [
      h(
        "label",
        {},
        box,
        marks.swatch && marks.family ? swatch(marks.family) : null,
        h("span", { class: "name" }, this.word(labels)),
      ),
      h("button", { type: "button", class: "only", onclick: () => change(alone ? [] : [name]) }, this.options.say(alone ? "all" : "only")),
      h("span", { class: "count" }, inView || ""),
    ];
    return h("div", { class: `switch${labels.count ? "" : " absent"}` }, children);
  }

  private dateField(key: "since" | "until"): HTMLInputElement {
    return h("input", {
      id: key,
      type: "text",
      inputmode: "numeric",
      maxlength: 10,
      autocomplete: "off",
      placeholder: this.options.say(key),
      "aria-label": `${this.options.say("dates")} ${this.options.say(key)}`,
      title: this.options.say("dateHint"),
      oninput: () => {
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.readDates(false), TYPING_MS);
      },
      onchange: () => this.readDates(true),
    });
  }

  private readDates(done: boolean): void {
    window.clearTimeout(this.timer);
    const [since, until] = [this.since.value.trim(), this.until.value.trim()];
    const fault = dateFault(since, until);
    // half a date is no fault while it is being typed
    this.fault(done || fault !== "dateBad" ? fault : null);
    if (!fault && (since !== this.state.since || until !== this.state.until)) this.options.onChange({ since, until });
  }

  private fault(fault: "dateBad" | "dateOrder" | null): void {
    this.dateNote.hidden = !fault;
    this.dateNote.textContent = fault ? this.options.say(fault) : "";
  }

  private later(change: Partial<ViewState>, wait: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.options.onChange(change), wait);
  }
}
