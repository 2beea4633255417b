export { type NativeEngine, type NativeEngineOptions, nativeEngine } from './engine.ts';
export { type Loaded, loadBinding } from './load.ts';
