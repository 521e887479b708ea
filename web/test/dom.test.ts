import { describe, expect, it, vi } from "vitest";
import { fill, h, marked, safeHref, tidy } from "../src/dom";
import { excerpt, passageList, span, withLang } from "../src/passages";
import { speaker } from "../src/i18n";
import type { Passage } from "../src/api";

const HOSTILE = `<img src=x onerror="globalThis.broken=1"><script>globalThis.broken=1</script>`;

describe("elements", () => {
  it("take text as text", () => {
    const element = h("p", { title: HOSTILE, class: '"><b>' }, HOSTILE, [HOSTILE, 3, null, false]);
    document.body.append(element);
    expect(element.children).toHaveLength(0);
    expect(element.textContent).toBe(`${HOSTILE}${HOSTILE}3`);
    expect(element.title).toBe(HOSTILE);
    expect(document.querySelector("script, img")).toBeNull();
  });

  it("take functions for events only, and no text for them", () => {
    const click = vi.fn();
    h("button", { onclick: click }).click();
    expect(click).toHaveBeenCalledOnce();
    expect(() => h("button", { onclick: "alert(1)" })).toThrow(TypeError);
    expect(() => h("button", { title: click })).toThrow(TypeError);
  });

  it("lead nowhere but to this site and the web", () => {
    for (const good of ["/page/a", "?a=b", "#s3", "https://example.org/"]) expect(safeHref(good)).toBe(good);
    for (const bad of ["javascript:alert(1)", " javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//evil.example", "/\\evil.example", "vbscript:x", ""])
      expect(safeHref(bad)).toBe("#");
    expect(h("a", { href: "javascript:alert(1)" }).getAttribute("href")).toBe("#");
  });

  it("are put in place of others", () => {
    const element = h("p", {}, "a", h("b"));
    fill(element, "b");
    expect(element.outerHTML).toBe("<p>b</p>");
  });
});

describe("text on one line", () => {
  it("loses characters that break or turn it", () => {
    expect(tidy("太平\u202e湾\n\u0000区\u2066 ")).toBe("太平湾 区");
  });
  it("is cut by characters, not by halves of them", () => {
    expect(tidy("𠮷𠮷𠮷𠮷", 3)).toBe("𠮷𠮷…");
    expect(tidy("太平湾", 3)).toBe("太平湾");
  });
});

const passage = (text: string, quote: string, before = 100): Passage => {
  const at = Array.from(text.slice(0, text.indexOf(quote))).length;
  return {
    quote,
    text,
    text_start: before,
    start: before + at,
    end: before + at + Array.from(quote).length,
    sentence: 2,
    article: { id: "t1", title: `题${HOSTILE}`, date: "2023-09", publisher: null, page: "/article/t1#s2" },
  };
};

describe("a passage", () => {
  it("is marked where the server says, which counts characters and not UTF-16 units", () => {
    const one = passage("𠮷林与太平湾签约。", "太平湾");
    const [start, end] = span(one);
    expect(one.text.slice(start, end)).toBe("太平湾");
    const element = h("q", {}, excerpt(one));
    expect(element.querySelector("mark")?.textContent).toBe("太平湾");
    expect(element.textContent).toBe(one.text);
  });

  it("is cut around its mark where it is long", () => {
    const text = h("q", {}, excerpt(passage("前".repeat(300) + "太平湾" + "后".repeat(300), "太平湾"), 20)).textContent;
    expect(text).toBe(`…${"前".repeat(20)}太平湾${"后".repeat(20)}…`);
  });

  it("without a place is shown unmarked", () => {
    expect(marked("太平湾", 2, 9)).toEqual(["太平湾"]);
    expect(marked("太平湾", 1, 1)).toEqual(["太平湾"]);
  });

  it("shows hostile words as words", () => {
    const list = passageList([passage(`甲${HOSTILE}乙`, HOSTILE)], speaker("zh"), "en");
    expect(list.querySelector("script, img, b")).toBeNull();
    expect(list.querySelector("mark")?.textContent).toBe(HOSTILE);
    expect(list.querySelector("a")?.getAttribute("href")).toBe("/article/t1?lang=en#s2");
  });

  it("leads to the page in the same language", () => {
    expect(withLang("/article/a#s1", "zh")).toBe("/article/a?lang=zh#s1");
    expect(withLang("/page/a?x=1", "en")).toBe("/page/a?x=1&lang=en");
  });
});
