import { refusalOf } from '@model-signing/testing/refusal';
import { OmsError } from '../format/errors.ts';

/** Asserts that an attempt ends with an error of this package. */
export const refusal = refusalOf(OmsError);
