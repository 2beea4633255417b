/**
 * The cases of x509-limbo that should be refused and are accepted with the usage `any`, each with the reason why it forges
 * nothing. Every other case that should be refused is refused; decision 17 says how the line was drawn.
 */
export const acceptedCases: Readonly<Record<string, string>> = {
  'rfc5280::aki::leaf-missing-aki': 'an identifier only helps to find the issuer, whose key must verify the signature',
  'rfc5280::aki::intermediate-missing-aki':
    'an identifier only helps to find the issuer, whose key must verify the signature',
  'rfc5280::ski::root-missing-ski': 'an identifier only helps to find a certificate; the name and the key decide',
  'rfc5280::ski::intermediate-missing-ski':
    'an identifier only helps to find a certificate; the name and the key decide',
  'rfc5280::root-non-critical-basic-constraints':
    'the mark is for software that does not know the constraints; they are enforced here with and without it',
  'rfc5280::eku::ee-wrong-eku':
    'the case asks for a server, and the usage `any` asks for nothing; `code-signing` refuses other usages',
  'rfc5280::ca-as-leaf-wrong-san': 'the case asks for a host name; this package returns names and compares none',
  'rfc5280::san::underscore-dns':
    'the rule is about the syntax of host names; constraints compare the name as it is written',
  'webpki::ee-basicconstraints-ca':
    'the rule is of the web profile; RFC 5280 and OMS-CERT-21 allow a CA certificate to sign',
  'webpki::forbidden-rsa-not-divisable-by-8-in-root':
    'the rule is of the web profile; a modulus of 2052 bits is stronger than one of 2048',
};
