package main

import (
	"encoding/hex"
	"fmt"
	"os"
	"time"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"
)

// request is what every way of verifying has in common.
type request struct {
	bundle  *bundle.Bundle
	trusted root.TrustedMaterial
	digest  string
	signer  verify.PolicyOption
}

func (r request) verify(options ...verify.VerifierOption) error {
	verifier, err := verify.NewVerifier(r.trusted, options...)
	if err != nil {
		return err
	}
	about, err := hex.DecodeString(r.digest)
	if err != nil {
		return err
	}
	result, err := verifier.Verify(r.bundle, verify.NewPolicy(verify.WithArtifactDigest("sha256", about), r.signer))
	if err != nil {
		return err
	}
	fmt.Println(result.Statement.PredicateType)
	return nil
}

func verifyByKey(file, publicKey, digest string) error {
	loaded, err := bundle.LoadJSONFromPath(file)
	if err != nil {
		return err
	}
	pem, err := os.ReadFile(publicKey)
	if err != nil {
		return err
	}
	key, err := cryptoutils.UnmarshalPEMToPublicKey(pem)
	if err != nil {
		return err
	}
	// The default verifier takes the hash that belongs to the curve.
	verifier, err := signature.LoadDefaultVerifier(key)
	if err != nil {
		return err
	}
	trusted := root.NewTrustedPublicKeyMaterial(func(string) (root.TimeConstrainedVerifier, error) {
		return root.NewExpiringKey(verifier, time.Time{}, time.Time{}), nil
	})
	return request{loaded, trusted, digest, verify.WithKey()}.verify(verify.WithNoObserverTimestamps())
}

// authority trusts the certificates of one root.
type authority struct {
	root.BaseTrustedMaterial
	root *root.FulcioCertificateAuthority
}

func (a *authority) FulcioCertificateAuthorities() []root.CertificateAuthority {
	return []root.CertificateAuthority{a.root}
}

// verifyByCertificate takes an email address as the identity, and certificates as of now. By default, the library refuses bundles of
// version 0.3 with a chain of certificates.
func verifyByCertificate(file, rootFile, digest, identity string) error {
	loaded, err := bundle.LoadJSONFromPath(file, bundle.AllowCertificateChain())
	if err != nil {
		return err
	}
	pem, err := os.ReadFile(rootFile)
	if err != nil {
		return err
	}
	certificates, err := cryptoutils.UnmarshalCertificatesFromPEM(pem)
	if err != nil {
		return err
	}
	if len(certificates) != 1 {
		return fmt.Errorf("%s has %d certificates, not one", rootFile, len(certificates))
	}
	trusted := &authority{root: &root.FulcioCertificateAuthority{Root: certificates[0]}}
	// Only certificates of Fulcio name an issuer of the identity.
	who, err := verify.NewShortCertificateIdentity("", ".*", identity, "")
	if err != nil {
		return err
	}
	return request{loaded, trusted, digest, verify.WithCertificateIdentity(who)}.verify(verify.WithCurrentTime())
}

func verifyByIdentity(file, trustedRoot, digest, identity, issuer string) error {
	loaded, err := bundle.LoadJSONFromPath(file)
	if err != nil {
		return err
	}
	trusted, err := root.NewTrustedRootFromPath(trustedRoot)
	if err != nil {
		return err
	}
	who, err := verify.NewShortCertificateIdentity(issuer, "", identity, "")
	if err != nil {
		return err
	}
	return request{loaded, trusted, digest, verify.WithCertificateIdentity(who)}.verify(
		verify.WithSignedCertificateTimestamps(1), verify.WithTransparencyLog(1), verify.WithObserverTimestamps(1))
}
