// What a page needs that verifies with Sigstore too; its size is a budget.
export { certificateVerifier, inspectBundle, keyVerifier, OmsError, verifyModel } from '@model-signing/core';
export { blobModel, directoryHandleModel, droppedModel, fileListModel } from '@model-signing/core/web';
export { sigstoreVerifier } from '@model-signing/sigstore/verify';
