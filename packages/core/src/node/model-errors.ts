import { OmsError, quote } from '../format/errors.ts';

/** Something was not there any more, or was another one. */
export function replaced(what: 'directory' | 'file', name: string): OmsError {
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

/** A directory whose entries nobody knows (OMS-ENUM-5). */
export function unreadable(name: string, { code }: NodeJS.ErrnoException): OmsError {
  return new OmsError('model/unsupported-file', `the directory ${quote(name)} cannot be read (${code})`);
}

/** A link in the model that is not followed (OMS-LINK-2). */
export function linkRefused(name: string): OmsError {
  return new OmsError(
    'model/symlink',
    `${quote(name)} is a symbolic link, and links are not followed unless asked for`,
  );
}

/** A model path that is itself a link (OMS-LINK-10). */
export function modelLinkRefused(modelPath: string): OmsError {
  const message = `the model ${quote(modelPath)} is a symbolic link: give the path that it leads to`;
  return new OmsError('model/symlink', message, { requirement: 'OMS-LINK-10' });
}
