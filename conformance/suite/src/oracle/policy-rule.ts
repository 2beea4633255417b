import type { Judge } from './judgement.ts';
import { Refusal } from './judgement.ts';
import type { Policy, PolicyRule } from './policy-document.ts';

/** The rule of a policy for the name of a model: section 13.5.1. */
export function ruleFor({ rules }: Policy, name: string, judge: Judge): PolicyRule {
  const isPlain = !/\/\/|\/\.{0,2}(?:\/|$)/.test(name.replace(/^[a-z]+:\/\//, ''));
  judge.refuseIf(!isPlain, 'policy-name-of-any-spelling', 'policy/no-rule', `${name} has a second spelling`);
  const matching = rules.filter(({ match }) => patternsOf(match, judge).some((pattern) => isFor(pattern, name, judge)));
  const rule = chosen(matching, name, judge) ?? (judge.has('policy-last-rule-by-default') ? rules.at(-1) : undefined);
  if (rule === undefined) {
    throw new Refusal('policy/no-rule', `no rule for ${name}`, {
      checks: [
        'policy-last-rule-by-default',
        'policy-pattern-by-prefix',
        'policy-pattern-by-end',
        'policy-star-crosses-slashes',
        'policy-pattern-folds-case',
        'policy-pattern-is-regular',
        'policy-name-of-the-path-alone',
        'policy-name-of-the-subject',
      ],
    });
  }
  const isPassedOver = rule.requirements === null && judge.has('policy-rejection-passed-over');
  return (isPassedOver ? matching.find((each) => each.requirements !== null) : undefined) ?? rule;
}

function patternsOf(match: readonly string[], judge: Judge): readonly string[] {
  return judge.has('policy-first-pattern-of-a-rule-alone') ? match.slice(0, 1) : match;
}

function chosen(matching: readonly PolicyRule[], name: string, judge: Judge): PolicyRule | undefined {
  if (judge.has('policy-last-rule-wins')) return matching.at(-1);
  if (!judge.has('policy-longest-pattern-wins')) return matching[0];
  const length = ({ match }: PolicyRule) =>
    Math.max(...match.filter((pattern) => isFor(pattern, name, judge)).map((pattern) => pattern.length));
  return matching.toSorted((a, b) => length(b) - length(a))[0];
}

/** Whether a pattern is for a name, of which it may leave the revision open. */
function isFor(pattern: string, name: string, judge: Judge): boolean {
  const [wanted, found] = [partsOf(pattern), partsOf(name)];
  if (wanted.revision === null || found.revision === null || judge.has('policy-revision-always-compared')) {
    return matches(pattern, name, judge);
  }
  const { base } = wanted;
  const isOpen = wanted.revision === '' || judge.has('policy-revision-never-compared');
  if (isOpen) return matches(base, found.base, judge);
  const assumed = judge.has('policy-revision-not-assumed') ? [''] : ['@main', ':latest'];
  const revisions = found.revision === '' ? assumed : [found.revision];
  return revisions.some((revision) => matches(pattern, found.base + revision, judge));
}

/** What precedes the revision, the tag or the digest of a name in a store, and these; null elsewhere. */
function partsOf(name: string): { readonly base: string; readonly revision: string | null } {
  const [, base = name, revision = null] =
    /^(hf:\/\/[^@]*)(.*)$/s.exec(name) ?? /^(oci:\/\/[^/]*\/[^:@]*)(.*)$/s.exec(name) ?? [];
  return { base, revision };
}

/** Whether a pattern stands for the whole of a text. */
function matches(pattern: string, name: string, judge: Judge): boolean {
  const [from, to] = [judge.has('policy-pattern-by-end') ? '' : '^', judge.has('policy-pattern-by-prefix') ? '' : '$'];
  // Patterns and names of vectors are short, so that backtracking over them ends soon.
  const source = pattern.replaceAll(/\*\*|\*|[^*]/gs, (part) => partOf(part, judge));
  return new RegExp(from + source + to, judge.has('policy-pattern-folds-case') ? 'isu' : 'su').test(name);
}

function partOf(part: string, judge: Judge): string {
  if (part === '**') return judge.has('policy-stars-stop-at-slashes') ? '[^/]*' : '.*';
  if (part === '*') return judge.has('policy-star-crosses-slashes') ? '.*' : '[^/]*';
  if (part === '.' && judge.has('policy-pattern-is-regular')) return '.';
  return part.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&').replace('\\-', '-');
}
