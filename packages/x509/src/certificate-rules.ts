import { Certificate } from './certificate.ts';
import type { Rule } from './option-rules.ts';

export const aCertificate: Rule = {
  expected: 'a certificate, as parseCertificate returns it',
  accepts: (value) => value instanceof Certificate,
};

export const certificates: Rule = {
  expected: 'an array of certificates, as parseCertificate returns them',
  accepts: (value) => Array.isArray(value) && value.every(aCertificate.accepts),
};
