/** Must fail: says yes to everything. Speaks the protocol well otherwise, so that only its verdicts speak against it. */
import { answerEverything } from '../constant.ts';

await answerEverything(() => ({ outcome: 'accept' }));
