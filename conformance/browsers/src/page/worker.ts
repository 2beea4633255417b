import '@model-signing/core/web/hash-worker';
