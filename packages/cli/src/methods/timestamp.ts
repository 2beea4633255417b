/** The flag of the Go command for `--timestamp-url`. */
export interface TimestampAlias {
  readonly tsaUrl?: string;
}

/** The flags with what either spelling of the address says. */
export function timestamped<F extends { readonly timestampUrl?: string }>({ tsaUrl, ...flags }: F & TimestampAlias) {
  return tsaUrl === undefined ? flags : { ...flags, timestampUrl: tsaUrl };
}
