/** Arranges in a thread of its own, so that the page answers meanwhile. */
import { arrange, type LayoutTask } from "./layout";

self.onmessage = (event: MessageEvent<{ number: number; task: LayoutTask }>) => {
  const { number, task } = event.data;
  self.postMessage({ number, places: arrange(task) });
};
