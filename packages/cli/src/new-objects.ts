/** V8 prints an error for a flag that it does not know, so only the versions of Node that were tested get one. */
const TESTED = /^(?:22|24|26)\./;

/** While the halves of the space for new objects have so many bytes together, each may grow to as many. */
const ENOUGH_BYTES = 4 * 1024 * 1024;

const CHECK_MS = 10;

/**
 * Keeps the space for new objects from growing to 64 MiB while a model is read. Most objects of a model with many files live on, so
 * that a larger space is copied as often, and only costs memory. V8 has an option for its size that counts only when a process starts.
 * @returns a function that lets it grow again
 */
export function limitNewObjects(): () => void {
  let isLimited = false;
  const timer = setInterval(() => {
    if (bytesOfNewObjects() < ENOUGH_BYTES) return;
    clearInterval(timer);
    setGrowth(1);
    isLimited = true;
  }, CHECK_MS).unref();
  return () => {
    clearInterval(timer);
    if (isLimited) setGrowth(2);
  };
}

/** Does work that makes many objects at once, without a moment to look at the space for them: it does not grow meanwhile. */
export async function withoutGrowth<T>(work: () => Promise<T>): Promise<T> {
  setGrowth(1);
  try {
    return await work();
  } finally {
    setGrowth(2);
  }
}

/** @param factor by which the space for new objects grows when much of it lives on; V8 reads it each time */
function setGrowth(factor: 1 | 2): void {
  if (TESTED.test(process.versions.node)) v8().setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}

function bytesOfNewObjects(): number {
  const space = v8()
    .getHeapSpaceStatistics()
    .find(({ space_name: name }) => name === 'new_space');
  return space?.space_size ?? 0;
}

/** Loaded only where it is needed: most models are read before the first look. */
function v8() {
  return process.getBuiltinModule('node:v8');
}
