/** The most that any supported version of V8 counts into the limit of the heap for new objects: 48 MiB up to 192 MiB. */
const NEW_OBJECTS_BYTES = 192 * 1024 * 1024;

/** What part of the room for long-lived objects is left by the code itself, and by what V8 has not yet cleared away. */
const USABLE = 0.85;

/**
 * How many bytes long-lived objects may take in the heap of this thread, about. Beyond it, V8 ends the process. The limit that the
 * user set says so directly; otherwise it is what V8 reports, less what may be set aside for new objects.
 */
export function heapBytes(): number {
  const { execArgv, env } = process;
  const chosen = optionIn([...(env.NODE_OPTIONS ?? '').split(/\s+/), ...execArgv]);
  if (chosen !== null) return chosen * 1024 * 1024 * USABLE;
  const limit = process.getBuiltinModule('node:v8').getHeapStatistics().heap_size_limit;
  return Math.max(limit - NEW_OBJECTS_BYTES, limit / 8);
}

/** The megabytes of the last `--max-old-space-size`; null if there is none. */
function optionIn(args: readonly string[]): number | null {
  const values = args.flatMap((arg) => /^--max[-_]old[-_]space[-_]size=(\d{1,9})$/.exec(arg)?.[1] ?? []);
  return Number(values.at(-1)) || null;
}
