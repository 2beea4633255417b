/** Must fail: ends itself in the middle of every call. */
import { answerEverything } from '../constant.ts';

await answerEverything(() => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
});
