import { OmsError } from '../format/errors.ts';
import { quote } from '../format/text.ts';

/** A file or directory that is no longer the one that was listed (OMS-ENUM-8). */
export function modelChanged(what: 'directory' | 'file', name: string): OmsError {
  return new OmsError(
    'model/changed',
    `the ${what} ${quote(name)} was changed, replaced or removed while the model was read`,
  );
}

/** A name that no manifest can hold (OMS-NAME-5). */
export function nameNotUtf8(name: string): OmsError {
  return new OmsError('model/name-not-utf8', `the name of the file ${quote(name)} is not valid UTF-8: rename it`);
}

/** A FIFO, a socket, a device (OMS-ENUM-5). */
export function notAFile(name: string): OmsError {
  return new OmsError('model/unsupported-file', `${quote(name)} is neither a regular file nor a directory`);
}

/** A directory whose entries cannot be read (OMS-ENUM-5). */
export function unreadable(name: string, { code }: NodeJS.ErrnoException): OmsError {
  return new OmsError('model/unsupported-file', `the directory ${quote(name)} cannot be read (${code})`);
}

/** A link in the model that is not followed (OMS-LINK-2). */
export function linkRefused(name: string): OmsError {
  return new OmsError('model/symlink', `${quote(name)} is a symbolic link, and links are followed only on request`);
}

/** A model path that is itself a link (OMS-LINK-10). */
export function modelLinkRefused(modelPath: string): OmsError {
  const message = `the model ${quote(modelPath)} is a symbolic link: give the path that it points to`;
  return new OmsError('model/symlink', message, { requirement: 'OMS-LINK-10' });
}
