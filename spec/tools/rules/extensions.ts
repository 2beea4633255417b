import { marksOf, rationaleOf, readExtensions } from '../extensions.ts';
import type { Finding, Material } from '../findings.ts';
import { lineOfText } from '../findings.ts';
import { parseProse } from '../prose.ts';
import { requirementsIn } from '../requirements.ts';

/** Each extension has a part of the prose, an area of requirements that is used there and nowhere else, and its reasons. */
export function extensionFindings({ layout, prose, textOf }: Material): Finding[] {
  const extensions = readExtensions(layout.version, layout.folder);
  const { source } = prose;
  return extensions.flatMap((extension) => {
    const { name, identifier, area } = extension;
    const path = `${layout.version}/extensions.json`;
    const at = (message: string, fix: string): Finding => ({
      ...{ path, line: lineOfText(textOf(path) ?? '', `"${name}"`), requirement: null, message, fix },
    });
    const { begin, end } = marksOf(extension);
    const [from, until] = [source.indexOf(begin), source.indexOf(end, source.indexOf(begin))];
    if (from === -1 || until === -1)
      return [
        at(`no part of ${layout.prose} is about ${name}`, `Put the part between ${begin.trim()} and ${end.trim()}`),
      ];
    const part = source.slice(from, until);
    const rest = source.slice(0, from) + source.slice(until);
    const isOwn = (id: string) => id.startsWith(`OMS-${area}-`);
    const strays = [...idsIn(part).filter((id) => !isOwn(id)), ...idsIn(rest).filter(isOwn)].map((id) =>
      at(`the requirement ${id} is on the wrong side of its marks`, `Give it a number of the area ${area}`),
    );
    const unnamed = part.includes(identifier)
      ? []
      : [at('its part of the prose does not state its identifier', `Write ${identifier} there`)];
    const reasons = rationaleOf(layout.version, extension);
    const unreasoned =
      textOf(reasons) === null ? [at(`there is no ${reasons}`, 'Say what speaks for and against it')] : [];
    return [...strays, ...unnamed, ...unreasoned];
  });
}

function idsIn(text: string): string[] {
  return requirementsIn(parseProse(text)).flatMap(({ ids }) => ids);
}
