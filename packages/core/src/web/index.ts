export type { DroppedEntry } from './dropped-entries.ts';
export { type WebEngineOptions, webEngine } from './engine.ts';
export type { DirectoryHandle } from './handles.ts';
export { type BrowserModelOptions, blobModel, directoryHandleModel, droppedModel, fileListModel } from './models.ts';
export type { HashWorker } from './workers.ts';
