/** The query page: questions with their parameters, an editor, and the answer as a table. */
import { api, ask, ServerError, type Question, type ThingNode } from "../api";
import { fill, h, tidy } from "../dom";
import { speaker } from "../i18n";
import { dress, header } from "../shell";
import { editor, type Editor } from "./editor";
import { fillQuestion, isNumber } from "./questions";
import { drawTable, readResults } from "./results";
import { formatQueryState, parseQueryState, type QueryState } from "./state";

const SELECTS = "application/sparql-results+json, text/turtle;q=0.9";
const FORMATS = [
  ["CSV", "csv", "text/csv"],
  ["TSV", "tsv", "text/tab-separated-values"],
  ["JSON", "json", "application/sparql-results+json"],
] as const;
const TRIPLE_FORMATS = [
  ["Turtle", "ttl", "text/turtle"],
  ["JSON-LD", "jsonld", "application/ld+json"],
] as const;
const FIRST = `PREFIX kg: <https://kg.example.org/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?name ?type WHERE {
  ?thing a ?type ; skos:prefLabel ?name .
  FILTER(?type IN (kg:CentralEnterprise, kg:DevelopmentZone))
}
ORDER BY ?type ?name
LIMIT 20
`;

let state = parseQueryState(location.search, location.hash);
const say = speaker(state.lang);
let questions: readonly Question[] = [];
let base = "";
let running: AbortController | null = null;
let sparql: Editor | null = null;
/** True while this page and not the reader changes the editor's text. */
let writing = false;

const list = h("ul", { class: "questions" });
const finder = h("input", { type: "search", "aria-label": say("findQuestion"), placeholder: say("findQuestion"), oninput: () => drawQuestions() });
const parameters = h("form", { class: "parameters", hidden: true, onsubmit: (event: Event) => (event.preventDefault(), void run()) });
const holder = h("div", { class: "editor" });
const runButton = h("button", { type: "button", class: "primary", id: "run", disabled: true, onclick: () => (running ? stop() : void run()) }, say("run"));
const answer = h("section", { class: "answer", id: "answer", "aria-label": say("answer"), "aria-live": "polite" }, h("p", { class: "message" }, say("answerEmpty")));

document.body.prepend(
  header(say, state.lang, "ask"),
  h(
    "main",
    {},
    h("aside", { class: "list" }, h("h2", {}, say("questions")), finder, list),
    h(
      "div",
      { class: "work" },
      parameters,
      holder,
      h("div", { class: "bar" }, runButton, h("span", { class: "hint" }, say("runHint"))),
      answer,
    ),
  ),
);
dress(state.lang, `${say("ask")} · ${say("title")}`);

/** Take a state as what the page shows; the address follows unless it led here. */
function become(next: QueryState, { push = true } = {}): void {
  state = next;
  if (push) history.pushState(null, "", location.pathname + formatQueryState(state));
  const question = questions.find(({ name }) => name === state.name);
  drawQuestions();
  drawParameters(question);
  write(state.query || (question ? filled(question) : FIRST));
}

function write(text: string): void {
  if (!sparql) return;
  writing = true;
  sparql.value = text;
  writing = false;
}

function filled(question: Question): string {
  try {
    return fillQuestion(question, state.values);
  } catch (error) {
    if (error instanceof RangeError) return question.sparql;
    throw error;
  }
}

function wording(question: Question): string {
  return state.lang === "zh" ? question.zh : question.en;
}

function drawQuestions(): void {
  const typed = finder.value.trim().toLowerCase();
  fill(
    list,
    questions
      .filter((question) => !typed || `${question.zh} ${question.en} ${question.name}`.toLowerCase().includes(typed))
      .map((question) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              "aria-current": question.name === state.name && !state.query ? "true" : null,
              title: question.name,
              onclick: () => {
                become({ lang: state.lang, name: question.name, values: {}, query: "" });
                void run();
              },
            },
            wording(question),
          ),
        ),
      ),
  );
}

function drawParameters(question: Question | undefined): void {
  parameters.hidden = !question?.parameters.length || Boolean(state.query);
  if (!question) return;
  fill(
    parameters,
    question.parameters.map(({ name, value }) =>
      h(
        "label",
        {},
        h("span", { class: "label" }, name),
        h("input", {
          type: "text",
          name,
          value: state.values[name] ?? value,
          inputmode: isNumber(value) ? "numeric" : "text",
          autocomplete: "off",
          spellcheck: "false",
          oninput: (event: Event) => setParameter(question, name, value, event.currentTarget as HTMLInputElement),
        }),
      ),
    ),
  );
}

function setParameter(question: Question, name: string, usual: string, input: HTMLInputElement): void {
  const bad = isNumber(usual) && !isNumber(input.value);
  input.setCustomValidity(bad ? say("numberBad") : "");
  input.setAttribute("aria-invalid", String(bad));
  if (bad) return;
  const values = { ...state.values, [name]: input.value };
  if (input.value === usual) delete values[name];
  state = { ...state, values };
  history.replaceState(null, "", location.pathname + formatQueryState(state));
  write(fillQuestion(question, values));
}

/** Keep what was typed into the editor in the address. */
function typed(): void {
  if (writing || !sparql) return;
  const changed = !state.query;
  state = { ...state, name: "", values: {}, query: sparql.value };
  history.replaceState(null, "", location.pathname + formatQueryState(state));
  if (changed) {
    drawQuestions();
    drawParameters(undefined);
    parameters.hidden = true;
  }
}

function stop(): void {
  running?.abort();
}

function post(query: string, accept: string, signal?: AbortSignal, onSlow?: () => void): Promise<Response> {
  return ask(
    "/sparql",
    { method: "POST", headers: { "Content-Type": "application/sparql-query", Accept: accept }, body: query },
    { ...(signal ? { signal } : {}), ...(onSlow ? { onSlow } : {}) },
  );
}

async function run(): Promise<void> {
  if (!sparql) return;
  const query = sparql.value;
  running?.abort();
  const mine = (running = new AbortController());
  runButton.textContent = say("stop");
  const note = (text: string, fault = false) => fill(answer, h("p", { class: fault ? "message fault" : "message", role: fault ? "alert" : null }, text));
  note(say("running"));
  const begun = performance.now();
  try {
    const response = await post(query, SELECTS, mine.signal, () => note(say("slow")));
    const type = response.headers.get("Content-Type") ?? "";
    const text = await response.text();
    if (mine !== running) return;
    const elapsed = Math.round(performance.now() - begun);
    const cut = response.headers.has("X-KG-Truncated");
    show(query, type, text, elapsed, cut);
  } catch (error) {
    if (mine !== running) return;
    if (mine.signal.aborted) note(say("stopped"));
    else if (error instanceof ServerError) note(error.say(say), true);
    else throw error;
  } finally {
    if (mine === running) {
      running = null;
      runButton.textContent = say("run");
    }
  }
}

function show(query: string, type: string, text: string, elapsed: number, cut: boolean): void {
  const warning = cut && h("p", { class: "message fault" }, say("cut"));
  if (!type.includes("json")) {
    fill(answer, bar(query, say("triples"), TRIPLE_FORMATS), warning, h("pre", { class: "turtle", tabindex: "0" }, text));
    return;
  }
  let found: ReturnType<typeof readResults>;
  try {
    found = readResults(JSON.parse(text));
  } catch {
    found = null;
  }
  if (found === null) fill(answer, h("p", { class: "message fault", role: "alert" }, say("unreadable")));
  else if (typeof found === "boolean") fill(answer, h("p", { class: "truth" }, say(found ? "yes" : "no")));
  else
    fill(
      answer,
      bar(query, say("rows", found.rows.length, elapsed), FORMATS),
      warning,
      found.rows.length ? drawTable(found, base, say) : h("p", { class: "message" }, say("noRows")),
    );
}

function bar(query: string, told: string, formats: readonly (readonly [string, string, string])[]): HTMLElement {
  return h(
    "div",
    { class: "result-bar" },
    h("span", { id: "rows" }, told),
    h(
      "span",
      { class: "downloads" },
      say("download"),
      formats.map(([name, ending, accept]) =>
        h("button", { type: "button", class: "quiet", onclick: () => void download(query, ending, accept) }, name),
      ),
    ),
  );
}

async function download(query: string, ending: string, accept: string): Promise<void> {
  try {
    const address = URL.createObjectURL(await (await post(query, accept)).blob());
    const link = document.createElement("a");
    link.href = address;
    link.download = `${state.name || "answer"}.${ending}`;
    link.click();
    URL.revokeObjectURL(address);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    answer.prepend(h("p", { class: "message fault", role: "alert" }, error.say(say)));
  }
}

/** Return what the IRIs of things begin with, from a thing and the path of its page. */
function baseOf(node: ThingNode | undefined): string {
  if (!node) return "";
  const rest = decodeURIComponent(node.page.replace(/^\/page\//, ""));
  const at = decodeURIComponent(node.id).lastIndexOf(rest);
  // the base itself is plain, so that it is as long encoded as decoded
  return at > 0 ? node.id.slice(0, at) : "";
}

async function begin(): Promise<void> {
  try {
    const [asked, vocabulary, some] = await Promise.all([api.questions(), api.vocabulary(), api.graph("?limit=1")]);
    questions = asked.questions;
    base = baseOf(some.nodes[0]);
    sparql ??= editor(holder, say("editor"), vocabulary, () => void run());
    sparql.onChange(typed);
    runButton.disabled = false;
    become(state, { push: false });
    document.body.dataset["ready"] = String(questions.length);
    if (state.name && !state.query) void run();
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    fill(
      answer,
      h("p", { class: "message fault", role: "alert" }, tidy(error.say(say), 300)),
      h("button", { type: "button", onclick: () => void begin() }, say("retry")),
    );
  }
}

window.addEventListener("popstate", () => {
  const next = parseQueryState(location.search, location.hash);
  if (next.lang !== state.lang) location.reload();
  else {
    become(next, { push: false });
    if (next.name && !next.query) void run();
  }
});
void begin();
