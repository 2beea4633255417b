import { refusalOf } from '@model-signing/testing/refusal';
import { X509Error } from '../errors.ts';

/** Asserts that an attempt ends with an error of this package. */
export const refusal = refusalOf(X509Error);
