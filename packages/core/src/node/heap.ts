/** What V8 sets aside for new objects, whatever the limit of the heap. */
const NEW_OBJECTS_BYTES = 96 * 1024 * 1024;

/** How many bytes long-lived objects may take in the heap of this thread, about. Beyond it, V8 ends the process. */
export function heapBytes(): number {
  const limit = process.getBuiltinModule('node:v8').getHeapStatistics().heap_size_limit;
  return Math.max(limit - NEW_OBJECTS_BYTES, limit / 4);
}
