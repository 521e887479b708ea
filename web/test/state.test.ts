import { describe, expect, it } from "vitest";
import { formatState, graphQuery, isDay, langOf, parseState, sameGraph, START, toggle, type ViewState } from "../src/state";

const PLACE = "https://kg.example.org/id/location/太平湾合作创新区";
const FULL: ViewState = {
  lang: "en",
  around: PLACE,
  hops: 2,
  types: ["Company", "Project"],
  predicates: ["investsIn"],
  since: "2021-09",
  until: "2023",
  confidence: 0.35,
  limit: 300,
  selected: "https://kg.example.org/id/company/A%20%22厂%22",
  edge: `${PLACE} locatedIn https://kg.example.org/id/location/大连市`,
  expanded: ["https://kg.example.org/id/a,b", "https://kg.example.org/id/c&d=e"],
};

describe("the address", () => {
  it("of the first view is empty, and stands for it", () => {
    expect(formatState(START)).toBe("");
    expect(parseState("")).toEqual(START);
  });

  it("holds everything that is not as usual", () => {
    expect(parseState(formatState(FULL))).toEqual(FULL);
  });

  it("keeps paths readable and characters safe", () => {
    const address = formatState({ ...START, around: PLACE });
    expect(address).toBe(`?around=https://kg.example.org/id/location/${encodeURIComponent("太平湾合作创新区")}`);
    expect(formatState(FULL)).not.toMatch(/[\s<>"#]/);
  });

  it("does not depend on the order in which filters were set", () => {
    expect(formatState({ ...START, types: ["b", "a"] })).toBe(formatState({ ...START, types: ["a", "b"] }));
  });

  it.each([
    ["?around=javascript:alert(1)", {}],
    ["?around=https://a b", {}],
    ["?selected=%3Cscript%3E", {}],
    ["?hops=9&limit=100000&min_confidence=7", { hops: 3, limit: 500, confidence: 1 }],
    ["?hops=x&limit=&min_confidence=-1", {}],
    ["?since=2023-13&until=2023-02-30", {}],
    ["?types=Company,<b>,,Company", { types: ["Company"] }],
    ["?lang=fr", {}],
    ["?edge=a+b+c", {}],
  ])("that cannot be read is taken as not given: %s", (address, expected) => {
    expect(parseState(address)).toEqual({ ...START, ...expected });
  });

  it("names the language", () => {
    expect([langOf("?lang=en"), langOf("?lang=zh"), langOf("")]).toEqual(["en", "zh", "zh"]);
  });
});

describe("what is asked of the server", () => {
  it("leaves out what only this page needs", () => {
    const asked = new URLSearchParams(graphQuery(FULL));
    expect(Object.fromEntries(asked)).toEqual({
      around: PLACE,
      hops: "2",
      types: "Company,Project",
      predicates: "investsIn",
      since: "2021-09",
      until: "2023",
      min_confidence: "0.35",
      limit: "300",
    });
    expect(graphQuery(START)).toBe("?limit=150");
  });

  it("changes with filters and expansion, not with what is selected", () => {
    expect(sameGraph(FULL, { ...FULL, selected: "", edge: "", lang: "zh" })).toBe(true);
    expect(sameGraph(FULL, { ...FULL, confidence: 0.4 })).toBe(false);
    expect(sameGraph(FULL, { ...FULL, expanded: [] })).toBe(false);
    // without a centre there is nothing to be steps away from
    expect(sameGraph(START, { ...START, hops: 3 })).toBe(true);
  });
});

describe("dates", () => {
  it.each(["2023", "2023-09", "2023-09-21", "2024-02-29"])("%s is one", (day) => expect(isDay(day)).toBe(true));
  it.each(["", "23", "2023-9", "2023-00", "2023-13", "2023-02-29", "2023-04-31", "2023-09-21T00", "二〇二三"])("%s is none", (day) =>
    expect(isDay(day)).toBe(false),
  );
});

describe("a switch", () => {
  const all = ["c", "a", "b"];
  it("starts from all", () => expect(toggle([], "a", all)).toEqual(["b", "c"]));
  it("adds to a choice", () => expect(toggle(["a"], "c", all)).toEqual(["a", "c"]));
  it("gives all again when the last is added or taken", () => {
    expect(toggle(["a", "b"], "c", all)).toEqual([]);
    expect(toggle(["a"], "a", all)).toEqual([]);
  });
  it("forgets names that there are no more", () => expect(toggle(["a", "gone"], "b", all)).toEqual(["a", "b"]));
});
