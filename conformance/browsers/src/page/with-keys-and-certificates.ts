// What a page needs that verifies with keys and certificates; its size is a budget.
export { certificateVerifier, inspectBundle, keyVerifier, OmsError, verifyModel } from '@model-signing/core';
