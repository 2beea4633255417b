/** Must fail: says no to everything, for the reason that is right most often. */
import { answerEverything } from '../constant.ts';

await answerEverything(() => ({
  outcome: 'reject',
  reason: { class: 'envelope/signature-invalid', message: 'the signature does not hold' },
}));
