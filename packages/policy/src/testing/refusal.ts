import { refusalOf } from '@model-signing/testing/refusal';
import { PolicyError } from '../policy-error.ts';

/** Asserts that an attempt ends with an error of this package. */
export const refusal = refusalOf(PolicyError);
