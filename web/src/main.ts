/** The explorer: the address says what is shown; whatever is done changes the address, and then the page. */
import { api, ServerError, type Edge, type GraphPart, type Stats, type Thing, type ThingNode, type Vocabulary, type Waiting } from "./api";
import { fill, h, icon, tidy } from "./dom";
import { FilterColumn } from "./filters";
import { arrangeInWorker } from "./graph/arrange";
import { GraphView, hasWebgl } from "./graph/view";
import { speaker } from "./i18n";
import { merge } from "./merge";
import { candidates, overview } from "./overview";
import { Panel } from "./panel";
import { searchBox } from "./search";
import { dress, header } from "./shell";
import { formatState, graphQuery, parseState, sameGraph, START, type ViewState } from "./state";
import { nodeSize } from "./colours";

const START_OVER: Partial<ViewState> = { around: "", hops: START.hops, selected: "", edge: "", expanded: [] };

let state = parseState(location.search);
const say = speaker(state.lang);
let vocabulary: Vocabulary | null = null;
let stats: Stats | null = null;
let part: GraphPart | null = null;
let loading: AbortController | null = null;
let reading: AbortController | null = null;
const things = new Map<string, Thing>();

const stage = h("div", { class: "stage", role: "img", "aria-label": say("canvas") });
const curtain = h("div", { class: "curtain", role: "status" });
const panel = new Panel({
  say,
  lang: state.lang,
  vocabulary: () => vocabulary,
  onSelect: (iri) => go({ selected: iri, edge: "" }),
  onFact: (s, p, o) => go({ edge: [s, p, o].join(" ") }),
  onExpand: expand,
  onCentre: (iri) => go({ ...START_OVER, around: iri, selected: iri }),
  onClose: close,
});
const filters = new FilterColumn({ say, onChange: (change) => go(change) });
const view = hasWebgl()
  ? new GraphView(stage, state.lang, {
      onNode: (iri) => go({ selected: iri, edge: "" }),
      onExpand: expand,
      onEdge: (id) => {
        const edge = part?.edges.find((known) => known.id === id);
        if (edge) go({ edge: [edge.source, edge.predicate, edge.target].join(" ") });
      },
      onGround: () => close(),
    })
  : null;

/** Change what is shown; a step that the back button undoes. */
function go(change: Partial<ViewState>): void {
  const next = { ...state, ...change };
  const address = formatState(next);
  if (address === formatState(state)) return;
  history.pushState(null, "", location.pathname + address);
  become(next);
}

function become(next: ViewState): void {
  const same = sameGraph(state, next);
  state = next;
  filters.show(state, vocabulary, part);
  if (same) void showChosen();
  else void load();
}

function expand(iri: string): void {
  if (!state.expanded.includes(iri)) go({ expanded: [...state.expanded, iri], selected: iri, edge: "" });
}

function close(): void {
  if (state.edge) go({ edge: "" });
  else if (state.selected) go({ selected: "" });
  document.body.classList.remove("with-panel");
}

/** Draw the curtain with a message over the picture, or lift it. */
function cover(message: string, retry?: () => void): void {
  curtain.hidden = !message;
  curtain.classList.toggle("fault", Boolean(retry));
  fill(
    curtain,
    h("p", {}, message),
    retry && h("button", { type: "button", onclick: retry }, say("retry")),
    retry && state.around && h("button", { type: "button", onclick: () => go(START_OVER) }, say("toWhole")),
  );
}

/** Return what to say of an error; one that is ours to mend is told to the console too. */
function faultOf(error: unknown): string {
  if (error instanceof ServerError) return error.say(say);
  console.error(error);
  return say("failed", error instanceof Error ? error.message : String(error));
}

/** Ask for the graph of the state, arrange it, show it. */
async function load(): Promise<void> {
  loading?.abort();
  const mine = (loading = new AbortController());
  const wanted = state;
  const waiting: Waiting = { signal: mine.signal, onSlow: () => cover(say("slow")) };
  cover(say("loading"));
  try {
    vocabulary ??= await api.vocabulary(waiting);
    stats ??= await api.stats(waiting);
    const [whole, ...more] = await Promise.all([
      wanted.around
        ? api.graph(graphQuery(wanted), waiting)
        : api.graph(graphQuery({ ...wanted, limit: candidates(wanted.limit) }), waiting).then((many) => overview(many, wanted.limit)),
      ...wanted.expanded.map((iri) => api.graph(graphQuery(wanted, iri, 1), waiting)),
    ]);
    const found = merge(whole!, more);
    if (view && found.nodes.length) {
      cover(say("arranging"));
      const known = view.places();
      const places = await arrangeInWorker(
        {
          // sigma keeps a margin; a hidden window has no size
          width: Math.max(300, stage.clientWidth - 140),
          height: Math.max(300, stage.clientHeight - 100),
          nodes: found.nodes.map(({ id, degree }) => ({ id, size: nodeSize(degree), at: known.get(id) ?? null })),
          edges: found.edges,
        },
        mine.signal,
      );
      const anew = !found.nodes.some(({ id }) => known.has(id));
      view.show(found, places);
      if (anew) view.fit();
    } else view?.show(found, {});
    part = found;
    cover(found.nodes.length ? (view ? "" : say("noWebgl")) : say("emptyGraph"));
    document.body.dataset["ready"] = String(found.nodes.length);
  } catch (error) {
    if (mine.signal.aborted) return;
    cover(faultOf(error), () => void load());
  }
  filters.show(state, vocabulary, part);
  await showChosen();
}

/** Show in the panel what the state has chosen, and mark it in the picture. */
async function showChosen(): Promise<void> {
  reading?.abort();
  const mine = (reading = new AbortController());
  const edge = drawnEdge();
  view?.choose({ node: state.selected, edge: edge?.id ?? "" });
  document.body.classList.toggle("with-panel", Boolean(state.selected || state.edge));
  if (!state.selected && !state.edge) {
    dress(state.lang, say("title"));
    if (part) panel.overview(part, centre(), stats);
    return;
  }
  const waiting: Waiting = { signal: mine.signal, onSlow: () => panel.message(say("slow")) };
  try {
    if (state.edge) {
      const [s, p, o] = state.edge.split(" ") as [string, string, string];
      const fact = await api.evidence(s, p, o, waiting);
      if (mine.signal.aborted) return;
      panel.fact(fact, edge);
      dress(state.lang, `${tidy(fact.s.name, 20)} – ${tidy(fact.o.name, 20)} · ${say("title")}`);
    } else {
      const thing = await known(state.selected, waiting);
      if (mine.signal.aborted) return;
      panel.thing(thing);
      view?.lookAt(thing.id);
      dress(state.lang, `${tidy(thing.name, 40)} · ${say("title")}`);
    }
  } catch (error) {
    if (mine.signal.aborted) return;
    panel.message(faultOf(error), () => void showChosen());
  }
}

/** Return a thing's card, asked for once. */
async function known(iri: string, waiting: Waiting): Promise<Thing> {
  const thing = things.get(iri) ?? (await api.thing(iri, waiting));
  things.set(iri, thing);
  return thing;
}

function drawnEdge(): Edge | null {
  if (!state.edge) return null;
  const [s, p, o] = state.edge.split(" ");
  return (
    part?.edges.find(
      (edge) => edge.predicate === p && ((edge.source === s && edge.target === o) || (edge.source === o && edge.target === s)),
    ) ?? null
  );
}

function centre(): ThingNode | null {
  return part?.nodes.find(({ id }) => id === state.around) ?? null;
}

const button = (word: "zoomIn" | "zoomOut" | "fit", path: string, act: () => void) =>
  h("button", { type: "button", title: say(word), "aria-label": say(word), onclick: act }, icon(path));

document.body.prepend(
  header(
    say,
    state.lang,
    "explore",
    searchBox({
      say,
      lang: state.lang,
      vocabulary: () => vocabulary,
      onChoose: ({ id }) => go({ ...START_OVER, around: id, selected: id }),
    }),
    h(
      "button",
      {
        type: "button",
        class: "filters-button",
        "aria-controls": "filters",
        "aria-expanded": "false",
        onclick: (event: MouseEvent) => {
          const open = document.body.classList.toggle("with-filters");
          (event.currentTarget as HTMLElement).setAttribute("aria-expanded", String(open));
        },
      },
      say("filters"),
    ),
  ),
  h(
    "main",
    {},
    filters.element,
    h(
      "div",
      { class: "picture" },
      stage,
      view && h("div", { class: "zoom" }, button("zoomIn", "M8 3v10M3 8h10", () => view.zoom(true)), button("zoomOut", "M3 8h10", () => view.zoom(false)), button("fit", "M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3", () => view.fit())),
      curtain,
    ),
    panel.element,
  ),
);

window.addEventListener("popstate", () => {
  const next = parseState(location.search);
  if (next.lang !== state.lang) location.reload();
  else become(next);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !(event.target as HTMLElement).closest("input, select, textarea")) close();
});

filters.show(state, null, null);
dress(state.lang, say("title"));
document.body.classList.toggle("with-panel", Boolean(state.selected || state.edge));
void load();
