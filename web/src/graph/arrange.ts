/** The door to the worker that arranges: one task at a time counts, an older one is given up. */
import type { LayoutTask, Places } from "./layout";

let worker: Worker | null = null;
let number = 0;

/** Return places for a task. Rejects with the signal's reason when it is given up. */
export function arrangeInWorker(task: LayoutTask, signal: AbortSignal): Promise<Places> {
  worker ??= new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
  const mine = ++number;
  const working = worker;
  return new Promise((resolve, reject) => {
    const end = () => {
      working.removeEventListener("message", take);
      working.removeEventListener("error", fail);
      signal.removeEventListener("abort", giveUp);
    };
    const take = (event: MessageEvent<{ number: number; places: Places }>) => {
      if (event.data.number !== mine) return;
      end();
      resolve(event.data.places);
    };
    const fail = (event: ErrorEvent) => {
      end();
      worker = null;
      reject(new Error(`the layout failed: ${event.message}`));
    };
    const giveUp = () => {
      end();
      reject(signal.reason as Error);
    };
    working.addEventListener("message", take);
    working.addEventListener("error", fail);
    signal.addEventListener("abort", giveUp);
    working.postMessage({ number: mine, task });
  });
}
