import type { Listing } from '@model-signing/core';

/** A listing with some members changed. A caller's listing may be an object of a class, whose methods a spread would lose. */
export function changedListing(
  listing: Listing,
  changes: Partial<Pick<Listing, 'files' | 'excluded' | 'signatureName'>>,
): Listing {
  const { singleFile, files, excluded, unusable, externalLinks, hubLinks, signatureName, complete } = listing;
  return {
    ...{ singleFile, files, excluded, unusable, externalLinks, hubLinks, signatureName },
    ...(complete !== undefined && { complete }),
    ...(listing.findExcludedCode && { findExcludedCode: listing.findExcludedCode.bind(listing) }),
    ...(listing.excludesOnly && { excludesOnly: listing.excludesOnly.bind(listing) }),
    confirm: () => listing.confirm(),
    ...changes,
  };
}
