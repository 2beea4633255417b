/** The `mediaType` of every bundle. */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** The `payloadType` of every envelope. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** The `_type` of every statement. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/** The `predicateType` of every statement of this version. */
export const PREDICATE_TYPE = 'https://model-signing.example/draft/signature/v1.1';
