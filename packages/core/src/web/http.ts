import type { HttpRequest } from '#http';
import { HttpError, type HttpResponse } from '../format/http-error.ts';

export { HttpError, type HttpFailure, type HttpResponse } from '../format/http-error.ts';

/** Only signing asks a service, and models are not signed in a browser. */
export async function sendRequest(_url: string | URL, _request: HttpRequest): Promise<HttpResponse> {
  throw new HttpError('unreachable', 'it is asked only to sign, and models are not signed in a browser');
}
