import { OmsError } from '../format/errors.ts';
import { quote } from '../format/text.ts';
import { isSystemError, systemProblem } from './system-errors.ts';

/** A file, directory or link that is no longer the one that was listed (OMS-ENUM-8). */
export function modelChanged(what: 'directory' | 'file' | 'link', name: string): OmsError {
  return new OmsError(
    'model/changed',
    `the ${what} ${quote(name)} was changed, replaced or removed while the model was read`,
  );
}

/** A name that no manifest can hold (OMS-NAME-5). */
export function nameNotUtf8(name: string): OmsError {
  return new OmsError('model/name-not-utf8', `the name of the file ${quote(name)} is not valid UTF-8: rename it`);
}

/** A model path that leads to a FIFO, a socket, a device (OMS-ENUM-5). */
export function modelNotAFile(modelPath: string): OmsError {
  const message = `the model ${quote(modelPath)} is neither a regular file nor a directory`;
  return new OmsError('model/unsupported-file', message, { required: true });
}

/** A FIFO, a socket, a device (OMS-ENUM-5). */
export function notAFile(name: string): OmsError {
  return new OmsError('model/unsupported-file', `${quote(name)} is neither a regular file nor a directory`);
}

/**
 * A file, directory or link that the operating system does not let us read (OMS-ENUM-9): it says nothing about the model.
 * @throws `cause` if it is not an error of the operating system
 */
export function unreadable(what: 'directory' | 'file' | 'link' | 'model', name: string, cause: unknown): OmsError {
  if (!isSystemError(cause)) throw cause;
  const message = `the ${what} ${quote(name)} cannot be read: ${systemProblem(cause)}`;
  return new OmsError('model/unreadable', message, { cause, required: what === 'model' });
}

/** A link in the model that is not followed (OMS-LINK-2). */
export function linkRefused(name: string): OmsError {
  return new OmsError('model/symlink', `${quote(name)} is a symbolic link, and links are followed only on request`);
}

/** A link out of the model that is not followed (OMS-LINK-6). */
export function linkOutside(name: string): OmsError {
  return new OmsError('model/symlink-outside', `the link ${quote(name)} points outside the model`);
}

/**
 * A link of a snapshot in the cache of a hub, where only the model as files was asked for.
 * @param snapshot the path of the snapshot relative to the model, if the model is the whole repository in the cache
 */
export function cacheLinkRefused(name: string, target: string, snapshot: string): OmsError {
  const what = `${quote(name)} is a symbolic link to ${quote(target)}, a blob in the cache of a hub`;
  const how = snapshot
    ? `the model is a whole repository of that cache: give its snapshot ${quote(snapshot)}`
    : 'such links are read as the files that they stand for only on request';
  return new OmsError('model/symlink-hub-cache', `${what}, and ${how}`);
}

/** A model path that is itself a link (OMS-LINK-10). */
export function modelLinkRefused(modelPath: string, target: string | null): OmsError {
  const hint = target === null ? '' : `, ${quote(target)}`;
  const message = `the model ${quote(modelPath)} is a symbolic link: give the path that it points to${hint}`;
  return new OmsError('model/symlink', message, { requirement: 'OMS-LINK-10' });
}
