/** The competency questions: their parameters put into their SPARQL. Pure; `kg.ontology` does the same. */
import type { Question } from "../api";

/** Write a text as the inside of a SPARQL string in double quotes. */
export function escapeString(text: string): string {
  return text.replace(/[\\"\n\r\t\b\f]/g, (character) => {
    const names: Record<string, string> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" };
    return names[character]!;
  });
}

/** Say whether a parameter is a number, by what it stands for in the question. */
export function isNumber(value: string): boolean {
  return /^[+-]?\d+(?:\.\d+)?$/.test(value.trim());
}

/**
 * Return a question's SPARQL with other values for some of its parameters.
 *
 * A parameter is a `VALUES ?name { … }` of its own, with a Chinese string or a number in it; every
 * such place is filled. A number parameter takes numbers only.
 *
 * @throws RangeError A parameter that is a number was given something else; the message is its name.
 */
export function fillQuestion(question: Question, values: Readonly<Record<string, string>>): string {
  let sparql = question.sparql;
  for (const { name, value: usual } of question.parameters) {
    const value = values[name] ?? usual;
    if (isNumber(usual) && !isNumber(value)) throw new RangeError(name);
    const term = isNumber(usual) ? value.trim() : `"${escapeString(value)}"@zh`;
    // the value in place may itself hold a brace, but only inside its quotes
    const place = new RegExp(`(VALUES\\s*\\?${name}\\s*\\{)\\s*(?:"(?:[^"\\\\]|\\\\.)*"(?:@[a-zA-Z-]+)?|[^{}"]*)\\s*(\\})`, "g");
    sparql = sparql.replace(place, (_, open: string, close: string) => `${open} ${term} ${close}`);
  }
  return sparql;
}
