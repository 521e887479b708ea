/** Sentences as they are shown: the part that counts marked, and where it was printed. */
import type { Evidence, Passage } from "./api";
import { h, marked, tidy, type Child } from "./dom";
import type { Say, Word } from "./i18n";

const SIDE = 60;

/**
 * Return where the marked part of a passage lies in its text, in UTF-16 units.
 *
 * The server counts characters of the whole article; a character beyond U+FFFF is two units here.
 */
export function span(passage: Passage): [start: number, end: number] {
  const characters = Array.from(passage.text);
  const units = (upto: number) => characters.slice(0, Math.max(0, upto)).join("").length;
  return [units(passage.start - passage.text_start), units(passage.end - passage.text_start)];
}

/** Return a passage with its mark, cut to what stands around it where the sentence is long. */
export function excerpt(passage: Passage, side = SIDE): Child[] {
  const text = passage.text.replace(/\s/g, " ");
  const [start, end] = span(passage);
  const from = start > side * 1.5 ? start - side : 0;
  const to = text.length - end > side * 1.5 ? end + side : text.length;
  return [from ? "…" : "", ...marked(text.slice(from, to), start - from, end - from), to < text.length ? "…" : ""];
}

/** Return the word for a status that is worth telling; what is stated needs none. */
export function statusWord(status: string): Word | null {
  return status === "planned" || status === "reported" || status === "inferred" ? status : null;
}

/** Return a figure between 0 and 1 as a percentage. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** Return a list of passages, each with the article it leads to. */
export function passageList(passages: readonly (Passage | Evidence)[], say: Say, lang: string): HTMLElement {
  return h(
    "ol",
    { class: "passages" },
    passages.map((passage) => {
      const status = "status" in passage ? statusWord(passage.status) : null;
      return h(
        "li",
        {},
        h("blockquote", { lang: "zh" }, excerpt(passage)),
        h(
          "p",
          { class: "source" },
          h(
            "a",
            { href: withLang(passage.article.page, lang), class: "article", lang: "zh" },
            tidy(passage.article.title ?? passage.article.id, 40),
          ),
          passage.article.date && h("time", {}, passage.article.date),
          "confidence" in passage && h("span", { title: say("conf") }, percent(passage.confidence)),
          status && h("span", { class: "status" }, say(status)),
        ),
      );
    }),
  );
}

/** Return a path of this server with the language told, since the server would else go by the browser's. */
export function withLang(path: string, lang: string): string {
  const [before, anchor] = path.split("#");
  return `${before}${before!.includes("?") ? "&" : "?"}lang=${lang}${anchor === undefined ? "" : `#${anchor}`}`;
}
