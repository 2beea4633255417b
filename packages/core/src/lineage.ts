export { claimedSubjects, LineageCollector, type LineagePlace } from './lineage/collector.ts';
export type {
  Lineage,
  LineageConflict,
  LineageEdge,
  LineageName,
  LineageNode,
  LineageProblem,
  LineageReason,
  LineageState,
  LineageStatement,
  LineageUnlinked,
} from './lineage/lineage.ts';
export { type LineageInput, type ReadLineageOptions, readLineage } from './lineage/read.ts';
