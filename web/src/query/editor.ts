/**
 * The SPARQL editor: Yasqe, the editor of Yasgui, with its own buttons, storage and remote
 * completions off. What it completes is the vocabulary of this graph.
 */
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import type { Vocabulary } from "../api";

export interface Editor {
  get value(): string;
  set value(sparql: string);
  onChange(act: () => void): void;
}

/** Put an editor into an element. `run` is called on Ctrl+Enter. */
export function editor(parent: HTMLElement, label: string, vocabulary: Vocabulary, run: () => void): Editor {
  const terms = [...vocabulary.classes, ...vocabulary.properties].map(({ name }) => `kg:${name}`).sort();
  if (!Yasqe.Autocompleters["vocabulary"])
    Yasqe.registerAutocompleter(
      {
        name: "vocabulary",
        bulk: false,
        autoShow: true,
        isValidCompletionPosition: (yasqe) => yasqe.getCompleteToken().string.startsWith("kg:"),
        get: (_, token) => {
          const typed = (token?.string ?? "").toLowerCase();
          return terms.filter((term) => term.toLowerCase().startsWith(typed));
        },
      },
      false,
    );
  const yasqe: Yasqe = new Yasqe(parent, {
    value: "",
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: undefined as never,
    prefixCcApi: null,
    showQueryButton: false,
    resizeable: false,
    autocompleters: ["vocabulary"],
    collapsePrefixesOnLoad: false,
    lineWrapping: false,
    editorHeight: "100%",
    viewportMargin: 200,
    screenReaderLabel: label,
    extraKeys: {
      "Ctrl-Enter": run,
      "Cmd-Enter": run,
      "Ctrl-Space": () => yasqe.autocomplete(),
      "Ctrl-/": () => yasqe.commentLines(),
      "Shift-Ctrl-F": () => yasqe.autoformat(),
      // Tab leads out of the editor for those who come by keyboard
      Tab: false as never,
      "Shift-Tab": false as never,
      Esc: () => yasqe.getInputField().blur(),
    },
  });
  return {
    get value() {
      return yasqe.getValue();
    },
    set value(sparql: string) {
      yasqe.setValue(sparql);
    },
    onChange: (act) => yasqe.on("change", act),
  };
}
