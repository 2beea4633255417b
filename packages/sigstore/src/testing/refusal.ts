import { OmsError } from '@model-signing/core';
import { refusalOf } from '@model-signing/testing/refusal';

/** Asserts that an attempt ends with an error of this package. */
export const refusal = refusalOf(OmsError);
