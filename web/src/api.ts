/**
 * The JSON interface of `kg serve`, typed; and how long to wait for it. The keys are those that
 * `kg/serve/api.py` and `kg/serve/forms.py` tell.
 */
import type { Say } from "./i18n";

export interface ThingNode {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly type: string;
  readonly family: string;
  readonly degree: number;
  readonly page: string;
}
export interface Relation {
  readonly predicate: string;
  readonly label_zh: string;
  readonly label_en: string;
}
export interface Edge extends Relation {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly weight: number;
  readonly confidence: number;
  readonly status: string;
  readonly since: string | null;
  readonly until: string | null;
}
export interface GraphPart {
  readonly nodes: readonly ThingNode[];
  readonly edges: readonly Edge[];
  readonly truncated: boolean;
}
export interface ArticleRef {
  readonly id: string;
  readonly title: string | null;
  readonly date: string | null;
  readonly publisher: string | null;
  readonly page: string;
}
/** A sentence, and the part of it that counts; offsets in characters of the article's text. */
export interface Passage {
  readonly quote: string;
  readonly start: number;
  readonly end: number;
  readonly sentence: number;
  readonly text: string;
  readonly text_start: number;
  readonly article: ArticleRef;
}
export interface Evidence extends Passage {
  readonly status: string;
  readonly confidence: number;
  readonly by: string;
  readonly qualifiers?: readonly (readonly [string, string])[];
}
export interface Fact extends Relation {
  readonly thing: ThingNode;
  readonly confidence: number;
  readonly status: string;
  readonly weight: number;
  readonly qualifiers: readonly (readonly [string, string])[];
  readonly evidence: readonly Evidence[];
}
export interface Figure {
  readonly indicator: string;
  readonly value: string | null;
  readonly unit: string | null;
  readonly text: string;
  readonly bound: string;
  readonly period: string | null;
  readonly evidence: Evidence;
}
export interface Thing extends ThingNode {
  readonly type_zh: string;
  readonly type_en: string;
  readonly names: readonly string[];
  readonly record: string | null;
  readonly code: string | null;
  readonly outgoing: readonly Fact[];
  readonly incoming: readonly Fact[];
  readonly figures: readonly Figure[];
  readonly articles: readonly ArticleRef[];
  readonly evidence: readonly Passage[];
}
export interface FactEvidence extends Relation {
  readonly s: ThingNode;
  readonly o: ThingNode;
  readonly evidence: readonly Evidence[];
}
export interface Hit extends ThingNode {
  readonly matched: string;
}
export interface Term {
  readonly name: string;
  readonly label_zh: string;
  readonly label_en: string;
}
export interface Vocabulary {
  readonly families: readonly (Term & { readonly types: readonly string[] })[];
  readonly classes: readonly (Term & { readonly iri: string; readonly family: string; readonly count: number })[];
  readonly properties: readonly (Term & { readonly iri: string; readonly symmetric: boolean; readonly count: number })[];
}
export interface Question {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  readonly sparql: string;
}
export interface Stats {
  readonly articles: number;
  readonly things: number;
  readonly facts: number;
  readonly observations: number;
}

export const SLOW_MS = 4_000;
export const LATE_MS = 60_000;

/** What went wrong with the server, in a form that can be said in either language. */
export class ServerError extends Error {
  constructor(
    readonly kind: "gone" | "late" | "refused" | "unreadable",
    readonly status = 0,
    readonly detail = "",
  ) {
    super(`${kind} ${status} ${detail}`);
  }

  /** The sentence to show. */
  say(say: Say): string {
    if (this.kind === "refused") return say("refused", String(this.status)) + this.detail;
    return this.kind === "late" ? say("late", LATE_MS / 1000) : say(this.kind);
  }
}

export interface Waiting {
  readonly signal?: AbortSignal;
  /** Called once when the answer takes longer than `SLOW_MS`. */
  readonly onSlow?: () => void;
}

/**
 * Ask the server and return its answer when the status is good.
 *
 * @throws ServerError unless the caller's own signal ended the request, which is thrown as it is.
 */
export async function ask(address: string, options: RequestInit = {}, waiting: Waiting = {}): Promise<Response> {
  const late = AbortSignal.timeout(LATE_MS);
  const slow = waiting.onSlow ? setTimeout(waiting.onSlow, SLOW_MS) : undefined;
  const signal = waiting.signal ? AbortSignal.any([waiting.signal, late]) : late;
  try {
    const response = await fetch(address, { ...options, signal });
    if (!response.ok) throw new ServerError("refused", response.status, await reason(response));
    return response;
  } catch (error) {
    if (error instanceof ServerError || waiting.signal?.aborted) throw error;
    throw new ServerError(late.aborted ? "late" : "gone");
  } finally {
    clearTimeout(slow);
  }
}

/** Return the one line with which the server says why it refused. */
async function reason(response: Response): Promise<string> {
  const text = (await response.text()).slice(0, 2000);
  try {
    const told: unknown = JSON.parse(text);
    if (typeof told === "object" && told !== null && "error" in told) return String(told.error);
  } catch {
    // plain text then
  }
  return /^\s*</.test(text) ? response.statusText : text.trim();
}

async function json<T>(address: string, waiting?: Waiting): Promise<T> {
  const response = await ask(address, { headers: { Accept: "application/json" } }, waiting);
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (waiting?.signal?.aborted) throw error;
    throw new ServerError("unreadable");
  }
}

const part = (value: string) => encodeURIComponent(value);

export const api = {
  /** @param query - as `graphQuery` gives it. */
  graph: (query: string, waiting?: Waiting) => json<GraphPart>(`/api/graph${query}`, waiting),
  thing: (iri: string, waiting?: Waiting) => json<Thing>(`/api/thing?id=${part(iri)}`, waiting),
  evidence: (s: string, p: string, o: string, waiting?: Waiting) =>
    json<FactEvidence>(`/api/evidence?s=${part(s)}&p=${part(p)}&o=${part(o)}`, waiting),
  search: (typed: string, limit: number, waiting?: Waiting) =>
    json<{ results: readonly Hit[] }>(`/api/search?q=${part(typed)}&limit=${limit}`, waiting),
  vocabulary: (waiting?: Waiting) => json<Vocabulary>("/api/vocabulary", waiting),
  questions: (waiting?: Waiting) => json<{ questions: readonly Question[] }>("/api/questions", waiting),
  stats: (waiting?: Waiting) => json<Stats>("/api/stats", waiting),
};
