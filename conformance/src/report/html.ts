import type { Suite } from '../command/suite.ts';
import type { Report } from './report.ts';

export function htmlPage(_reports: readonly Report[], _suite: Suite): string {
  return '';
}
