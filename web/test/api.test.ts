import { afterEach, describe, expect, it, vi } from "vitest";
import { api, ask, ServerError, SLOW_MS } from "../src/api";
import { speaker } from "../src/i18n";

const answer = (body: string, init?: ResponseInit) => vi.stubGlobal("fetch", vi.fn(async () => new Response(body, init)));
const fault = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ServerError)) throw new Error(`no fault of the server: ${String(error)}`);
  return error;
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the server", () => {
  it("is asked with what was typed kept whole", async () => {
    answer('{"results": []}');
    await api.search("太平湾&limit=9#", 5);
    expect(vi.mocked(fetch).mock.calls[0]![0]).toBe("/api/search?q=%E5%A4%AA%E5%B9%B3%E6%B9%BE%26limit%3D9%23&limit=5");
  });

  it("that refuses says why in one line", async () => {
    answer('{"error": "there is no thing x"}', { status: 404 });
    const error = await fault(api.thing("x"));
    expect([error.kind, error.status, error.detail]).toEqual(["refused", 404, "there is no thing x"]);
    expect(error.say(speaker("en"))).toBe("The server answered 404: there is no thing x");
  });

  it("may refuse in plain text, or with a page of someone else's", async () => {
    answer("line 3, column 1: syntax error\n", { status: 400 });
    expect((await fault(ask("/sparql"))).detail).toBe("line 3, column 1: syntax error");
    answer("<html>nginx</html>", { status: 502, statusText: "Bad Gateway" });
    expect((await fault(ask("/sparql"))).detail).toBe("Bad Gateway");
  });

  it("that is gone or talks nonsense is told apart", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("Failed to fetch");
    });
    expect((await fault(api.stats())).kind).toBe("gone");
    answer("<html>");
    expect((await fault(api.stats())).kind).toBe("unreadable");
    expect(new ServerError("late").say(speaker("zh"))).toContain("60 秒");
  });

  it("that is slow is reported once, and the request goes on", async () => {
    vi.useFakeTimers();
    let give: (response: Response) => void = () => undefined;
    vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (give = resolve)));
    const onSlow = vi.fn();
    const asked = ask("/api/stats", {}, { onSlow });
    await vi.advanceTimersByTimeAsync(SLOW_MS + 10);
    expect(onSlow).toHaveBeenCalledOnce();
    give(new Response("{}"));
    expect((await asked).status).toBe(200);
  });

  it("is no longer asked when the reader has gone on", async () => {
    const controller = new AbortController();
    vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) => {
      controller.abort();
      return Promise.reject(signal!.reason as Error);
    });
    await expect(api.stats({ signal: controller.signal })).rejects.toMatchObject({ name: "AbortError" });
  });
});
