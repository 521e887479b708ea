/** The licence texts of what is bundled, which must travel with it. */
import { readdirSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";

interface Lock {
  packages: Record<string, { version?: string; license?: string; dev?: boolean }>;
}

/** Return the name, version and licence text of every package that the lock file does not call a development one. */
export function licences(root: string): string {
  const lock = JSON.parse(readFileSync(`${root}/package-lock.json`, "utf-8")) as Lock;
  const told = Object.entries(lock.packages)
    .filter(([folder, { dev }]) => folder && !dev)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([folder, { version, license }]) => {
      const file = readdirSync(`${root}/${folder}`).find((name) => /^(licen[cs]e|copying)/i.test(name));
      const text = file ? readFileSync(`${root}/${folder}/${file}`, "utf-8").trim() : "";
      return `${folder.replace(/^node_modules\//, "")} ${version} (${license})\n\n${text}`.trim();
    });
  return `${told.join(`\n\n${"-".repeat(72)}\n\n`)}\n`;
}

/** Put the licence texts beside the bundle as `licences.txt`. */
export function licencesFile(): Plugin {
  return {
    name: "licences",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "licences.txt", source: licences(import.meta.dirname) });
    },
  };
}
