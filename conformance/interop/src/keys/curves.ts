/** The curves of models' signatures, as each program calls them. */
export interface Curve {
  readonly name: 'P-256' | 'P-384' | 'P-521';
  /** For `pkcs11-tool`, and the label of the key. */
  readonly pkcs11: string;
  readonly pkcs11Id: string;
  /** For OpenBao, and the name of the key. */
  readonly transit: string;
  /** For AWS KMS. */
  readonly aws: string;
}

export const CURVES: readonly Curve[] = [
  { name: 'P-256', pkcs11: 'secp256r1', pkcs11Id: '01', transit: 'ecdsa-p256', aws: 'ECC_NIST_P256' },
  { name: 'P-384', pkcs11: 'secp384r1', pkcs11Id: '02', transit: 'ecdsa-p384', aws: 'ECC_NIST_P384' },
  { name: 'P-521', pkcs11: 'secp521r1', pkcs11Id: '03', transit: 'ecdsa-p521', aws: 'ECC_NIST_P521' },
];
