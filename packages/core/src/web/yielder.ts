import { TurnYielder } from '../hashing/yielder.ts';

/** Milliseconds since the page was opened. */
export function now(): number {
  return performance.now();
}

/** Yields to the page, its timers and a cancel. */
export class Yielder extends TurnYielder {
  constructor(signal: AbortSignal | undefined) {
    super(signal, { now, nextTask });
  }
}

/** Browsers make a timer wait for four milliseconds, and slow it down in the background; a message has no delay. */
function nextTask(): Promise<void> {
  if (typeof MessageChannel === 'undefined') return new Promise((resolve) => setTimeout(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const receiver = port1 as { onmessage?: () => void } & typeof port1;
    receiver.onmessage = () => {
      receiver.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
