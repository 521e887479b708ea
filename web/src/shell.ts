/** What both pages have: the head with its tabs, the search box and the other language. */
import { h, type Child } from "./dom";
import type { Say } from "./i18n";
import { langOf, type Lang } from "./state";

/** Return the address of this very page in the other language. */
export function otherLanguage(lang: Lang, location: { pathname: string; search: string; hash: string }): string {
  const values = location.search.replace(/^\?/, "").split("&").filter((pair) => pair && !pair.startsWith("lang="));
  if (lang === "zh") values.unshift("lang=en");
  return location.pathname + (values.length ? `?${values.join("&")}` : "") + location.hash;
}

export function header(say: Say, lang: Lang, page: "explore" | "ask", ...middle: Child[]): HTMLElement {
  const tab = (name: "explore" | "ask", path: string) =>
    h("a", { href: path + (lang === "en" ? "?lang=en" : ""), "aria-current": name === page ? "page" : null }, say(name));
  return h(
    "header",
    { class: "top" },
    h("a", { class: "brand", href: lang === "en" ? "/?lang=en" : "/" }, h("b", {}, "kg"), h("span", {}, say("title"))),
    h("nav", {}, tab("explore", "/"), tab("ask", "/query"), h("a", { href: `/start?lang=${lang}` }, say("index"))),
    middle,
    h("a", {
      class: "language",
      id: "language",
      href: otherLanguage(lang, location),
      lang: lang === "zh" ? "en" : "zh-CN",
      // the address may have changed since the page was made
      onfocus: (event: FocusEvent) => keepCurrent(event.currentTarget as HTMLAnchorElement),
      onpointerenter: (event: PointerEvent) => keepCurrent(event.currentTarget as HTMLAnchorElement),
      onclick: (event: MouseEvent) => keepCurrent(event.currentTarget as HTMLAnchorElement),
    }, say("otherLanguage")),
  );
}

function keepCurrent(link: HTMLAnchorElement): void {
  link.href = otherLanguage(langOf(location.search), location);
}

/** Set the page's language and title. */
export function dress(lang: Lang, title: string): void {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = title;
}
