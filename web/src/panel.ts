/** The side panel: what is in view, a thing, or a relation, each with the sentences that say so. */
import type { Edge, Fact, FactEvidence, Figure, GraphPart, Relation, Stats, Thing, ThingNode, Vocabulary } from "./api";
import { swatch } from "./colours";
import { append, fill, h, tidy, type Child } from "./dom";
import type { Say } from "./i18n";
import { passageList, percent, statusWord, withLang } from "./passages";
import type { Lang } from "./state";

const LISTED = 60;
const FACTS = 8;
const FIGURES = 12;
const SENTENCES = 6;

export interface PanelOptions {
  readonly say: Say;
  readonly lang: Lang;
  readonly vocabulary: () => Vocabulary | null;
  readonly onSelect: (iri: string) => void;
  readonly onFact: (subject: string, predicate: string, object: string) => void;
  readonly onExpand: (iri: string) => void;
  readonly onCentre: (iri: string) => void;
  readonly onClose: () => void;
}

export class Panel {
  readonly element = h("aside", { class: "panel", id: "panel", tabindex: "-1", "aria-live": "polite" });

  constructor(private readonly options: PanelOptions) {}

  /** Show that an answer is awaited, or what went wrong. */
  message(text: string, retry?: () => void): void {
    const { say } = this.options;
    fill(
      this.element,
      this.head(null),
      h("p", { class: retry ? "message fault" : "message" }, text),
      retry && h("button", { type: "button", onclick: retry }, say("retry")),
    );
  }

  /** Show what is in view; `centre` is the thing in the middle, `stats` the whole graph's counts. */
  overview(part: GraphPart, centre: ThingNode | null, stats: Stats | null): void {
    const { say } = this.options;
    const things = [...part.nodes].sort((a, b) => b.degree - a.degree || (a.id < b.id ? -1 : 1));
    fill(
      this.element,
      h(
        "header",
        {},
        h("h1", {}, centre ? say("aroundThing", tidy(centre.name, 30)) : say("wholeGraph")),
        h(
          "p",
          { class: "facts-line" },
          say("inView", part.nodes.length, part.edges.length),
          part.truncated && h("span", { class: "cut" }, ` · ${say("truncated")}`),
        ),
        !centre && stats && h("p", { class: "facts-line" }, this.whole(stats)),
        h("p", { class: "hint" }, say("hintOverview")),
        centre && h("p", {}, h("button", { type: "button", onclick: () => this.options.onCentre("") }, say("toWhole"))),
      ),
      h(
        "section",
        {},
        h("h2", {}, say("inThisView")),
        this.capped(things, LISTED, (listed) =>
          h(
            "ul",
            { class: "things" },
            listed.map((thing) => h("li", {}, this.thingButton(thing), h("span", { class: "count", title: say("degree") }, thing.degree))),
          ),
        ),
      ),
    );
  }

  /** Show a thing. */
  thing(thing: Thing): void {
    const { say, lang } = this.options;
    const others = thing.names.filter((name) => name !== thing.name);
    const place = thing.evidence;
    fill(
      this.element,
      h(
        "header",
        {},
        this.head(
          h("p", { class: "kind" }, swatch(thing.family), lang === "zh" ? thing.type_zh : thing.type_en, thing.code && ` · ${tidy(thing.code, 30)}`),
        ),
        h("h1", { lang: "zh" }, tidy(thing.name, 80)),
        others.length > 0 &&
          h("p", { class: "names" }, h("span", { class: "label" }, say("alsoCalled")), " ", h("span", { lang: "zh" }, others.map((name) => tidy(name, 40)).join("、"))),
        h(
          "p",
          { class: "actions" },
          h("button", { type: "button", onclick: () => this.options.onExpand(thing.id) }, say("expand")),
          h("button", { type: "button", onclick: () => this.options.onCentre(thing.id) }, say("centre")),
          h("a", { class: "button", href: withLang(thing.page, lang) }, say("page"), " →"),
        ),
      ),
      this.facts(thing),
      thing.figures.length > 0 && this.figures(thing.figures),
      h(
        "section",
        {},
        h("h2", {}, say("sentences")),
        place.length
          ? this.capped(place, SENTENCES, (listed) => passageList(listed, say, lang))
          : h("p", { class: "message" }, say("noSentences")),
      ),
    );
    this.element.scrollTop = 0;
  }

  /** Show a relation; `edge` is what the picture knows of it, if it is drawn. */
  fact(fact: FactEvidence, edge: Edge | null): void {
    const { say, lang } = this.options;
    const status = edge ? statusWord(edge.status) : null;
    fill(
      this.element,
      h(
        "header",
        {},
        this.head(h("p", { class: "kind" }, this.word(fact), status && h("span", { class: "status" }, say(status)))),
        h("p", { class: "triple" }, this.thingButton(fact.s), h("span", { class: "predicate" }, this.word(fact)), this.thingButton(fact.o)),
        edge && h("p", { class: "facts-line" }, `${say("conf")} ${percent(edge.confidence)}`, days(edge) && ` · ${days(edge)}`),
      ),
      h(
        "section",
        {},
        h("h2", {}, say("sentenceOf", fact.evidence.length)),
        fact.evidence.length ? passageList(fact.evidence, say, lang) : h("p", { class: "message" }, say("noSentences")),
      ),
    );
    this.element.scrollTop = 0;
  }

  private whole({ articles, things, facts, observations }: Stats): string {
    const { lang } = this.options;
    const n = (value: number) => new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en").format(value);
    return lang === "zh"
      ? `全库 ${n(articles)} 篇文章、${n(things)} 个事物、${n(facts)} 条事实、${n(observations)} 条数据`
      : `In all ${n(articles)} articles, ${n(things)} things, ${n(facts)} facts, ${n(observations)} figures`;
  }

  private head(kind: HTMLElement | null): HTMLElement {
    const { say } = this.options;
    return h(
      "div",
      { class: "head" },
      kind ?? h("span", {}),
      h("button", { type: "button", class: "close", "aria-label": say("close"), title: `${say("close")} (Esc)`, onclick: this.options.onClose }, "×"),
    );
  }

  private facts(thing: Thing): HTMLElement {
    const { say } = this.options;
    const groups = new Map<string, { first: Fact; out: boolean; facts: Fact[] }>();
    for (const [out, facts] of [[true, thing.outgoing] as const, [false, thing.incoming] as const])
      for (const fact of facts) {
        const key = `${out ? 1 : 0}${fact.predicate}`;
        const group = groups.get(key);
        if (group) group.facts.push(fact);
        else groups.set(key, { first: fact, out, facts: [fact] });
      }
    const total = thing.outgoing.length + thing.incoming.length;
    return h(
      "section",
      {},
      h("h2", {}, say("facts"), total > 0 && h("span", { class: "count" }, total)),
      !total && h("p", { class: "message" }, say("noFacts")),
      [...groups.values()].map(({ first, out, facts }) =>
        h(
          "div",
          { class: "group" },
          h("h3", {}, h("span", { class: "arrow", "aria-hidden": "true" }, out ? "→" : "←"), this.word(first), h("span", { class: "count" }, facts.length)),
          this.capped(facts, FACTS, (listed) =>
            h(
              "ul",
              { class: "facts" },
              listed.map((fact) => this.factRow(thing, fact, out)),
            ),
          ),
        ),
      ),
    );
  }

  private factRow(thing: Thing, fact: Fact, out: boolean): HTMLElement {
    const { say } = this.options;
    const [subject, object] = out ? [thing.id, fact.thing.id] : [fact.thing.id, thing.id];
    const status = statusWord(fact.status);
    const more = fact.qualifiers.map(([, text]) => tidy(text, 30)).join(" · ");
    const sentences = h("div", { hidden: true });
    const toggle = h(
      "button",
      {
        type: "button",
        class: "evidence",
        "aria-expanded": "false",
        title: say("sentenceOf", fact.weight),
        "aria-label": `${say("sentenceOf", fact.weight)}: ${tidy(fact.thing.name, 36)}`,
        onclick: () => {
          // drawn when first asked for: a city has hundreds of facts
          if (!sentences.childElementCount) append(sentences, this.sentences(fact, subject, object));
          sentences.hidden = !sentences.hidden;
          toggle.setAttribute("aria-expanded", String(!sentences.hidden));
        },
      },
      h("span", { class: "confidence", title: say("conf") }, percent(fact.confidence)),
    );
    return h(
      "li",
      {},
      h(
        "div",
        { class: "fact" },
        this.thingButton(fact.thing),
        more && h("span", { class: "qualifier", lang: "zh" }, more),
        status && h("span", { class: "status" }, say(status)),
        toggle,
      ),
      sentences,
    );
  }

  private sentences(fact: Fact, subject: string, object: string): Child[] {
    const { say, lang } = this.options;
    return [
      passageList(fact.evidence, say, lang),
      fact.weight > fact.evidence.length &&
        h(
          "button",
          { type: "button", class: "quiet", onclick: () => this.options.onFact(subject, fact.predicate, object) },
          say("more", fact.weight - fact.evidence.length),
        ),
    ];
  }

  private figures(figures: readonly Figure[]): HTMLElement {
    const { say, lang } = this.options;
    return h(
      "section",
      {},
      h("h2", {}, say("figures"), h("span", { class: "count" }, figures.length)),
      this.capped(figures, FIGURES, (listed) =>
        h(
          "table",
          { class: "figures" },
          h("thead", {}, h("tr", {}, h("th", {}, say("indicator")), h("th", {}, say("period")), h("th", { class: "number" }, say("value")))),
          h(
            "tbody",
            {},
            listed.map((figure) =>
              h(
                "tr",
                {},
                h("td", { lang: "zh" }, tidy(figure.indicator, 30)),
                h("td", {}, tidy(figure.period ?? "", 20)),
                h(
                  "td",
                  { class: "number", lang: "zh" },
                  h("a", { href: withLang(figure.evidence.article.page, lang), title: tidy(figure.evidence.quote, 80) }, tidy(figure.text, 30)),
                ),
              ),
            ),
          ),
        ),
      ),
    );
  }

  private thingButton(thing: ThingNode): HTMLElement {
    return h(
      "button",
      { type: "button", class: "thing", title: tidy(thing.name, 80), onclick: () => this.options.onSelect(thing.id) },
      swatch(thing.family),
      h("span", { lang: "zh" }, tidy(thing.name, 36)),
    );
  }

  private word(relation: Relation): string {
    return this.options.lang === "zh" ? relation.label_zh : relation.label_en;
  }

  /** Show the first of many, with a button for all of them. */
  private capped<T>(all: readonly T[], most: number, draw: (listed: readonly T[]) => HTMLElement): Child {
    // one or two more are no reason to hide them
    if (all.length <= most + 2) return draw(all);
    const holder = h("div", {}, draw(all.slice(0, most)));
    const button = h(
      "button",
      { type: "button", class: "quiet", onclick: () => holder.replaceChildren(draw(all)) },
      this.options.say("more", all.length - most),
    );
    holder.append(button);
    return holder;
  }
}

function days({ since, until }: Edge): string {
  if (!since || !until) return since ?? until ?? "";
  return since === until ? since : `${since} – ${until}`;
}
