// Command sigstore-go signs and verifies as Sigstore's Go library does: with a key that a plugin keeps, and by a
// public key, certificates of an authority, or identities.
package main

import (
	"context"
	"crypto"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"fmt"
	"io"
	"os"

	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	"github.com/sigstore/sigstore-go/pkg/sign"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/sigstore/sigstore/pkg/signature/kms"
	"github.com/sigstore/sigstore/pkg/signature/options"
	"google.golang.org/protobuf/encoding/protojson"
)

const usage = `sigstore-go sign REFERENCE HINT PAYLOAD_TYPE < payload    writes a bundle
sigstore-go public REFERENCE                              prints a public key

Each of these verifies a bundle about a digest, and prints the type of what it claims:
sigstore-go verify BUNDLE PUBLIC_KEY SHA256
sigstore-go verify-certificate BUNDLE ROOT SHA256 IDENTITY
sigstore-go verify-identity BUNDLE TRUSTED_ROOT SHA256 IDENTITY ISSUER`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 4 && args[0] == "sign":
		return signPayload(args[1], args[2], args[3])
	case len(args) == 4 && args[0] == "verify":
		return verifyByKey(args[1], args[2], args[3])
	case len(args) == 5 && args[0] == "verify-certificate":
		return verifyByCertificate(args[1], args[2], args[3], args[4])
	case len(args) == 6 && args[0] == "verify-identity":
		return verifyByIdentity(args[1], args[2], args[3], args[4], args[5])
	case len(args) == 2 && args[0] == "public":
		return printPublicKey(args[1])
	}
	return errors.New(usage)
}

func printPublicKey(reference string) error {
	service, err := kms.Get(context.Background(), reference, crypto.SHA256)
	if err != nil {
		return err
	}
	key, err := service.PublicKey()
	if err != nil {
		return err
	}
	pem, err := cryptoutils.MarshalPublicKeyToPEM(key)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(pem)
	return err
}

// keypair is the key of a service, as sigstore-go signs with it.
type keypair struct {
	service kms.SignerVerifier
	public  crypto.PublicKey
	details signature.AlgorithmDetails
	hint    string
}

func (k *keypair) GetHashAlgorithm() protocommon.HashAlgorithm { return k.details.GetProtoHashType() }
func (k *keypair) GetSigningAlgorithm() protocommon.PublicKeyDetails {
	return k.details.GetSignatureAlgorithm()
}
func (k *keypair) GetHint() []byte                { return []byte(k.hint) }
func (k *keypair) GetKeyAlgorithm() string        { return "ECDSA" }
func (k *keypair) GetPublicKey() crypto.PublicKey { return k.public }
func (k *keypair) GetPublicKeyPem() (string, error) {
	pem, err := cryptoutils.MarshalPublicKeyToPEM(k.public)
	return string(pem), err
}

// SignData has the service sign the digest.
func (k *keypair) SignData(ctx context.Context, data []byte) ([]byte, []byte, error) {
	hash := k.details.GetHashType()
	hasher := hash.New()
	hasher.Write(data)
	digest := hasher.Sum(nil)
	signer, signerOptions, err := k.service.CryptoSigner(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	made, err := signer.Sign(nil, digest, signerOptions)
	return made, digest, err
}

func openKeypair(reference, hint string) (*keypair, error) {
	first, err := kms.Get(context.Background(), reference, crypto.SHA256)
	if err != nil {
		return nil, err
	}
	public, err := first.PublicKey(options.WithContext(context.Background()))
	if err != nil {
		return nil, err
	}
	details, err := signature.GetDefaultAlgorithmDetails(public)
	if err != nil {
		return nil, err
	}
	// The hash is decided when a key is opened.
	service, err := kms.Get(context.Background(), reference, details.GetHashType())
	return &keypair{service, public, details, hint}, err
}

func signPayload(reference, hint, payloadType string) error {
	key, err := openKeypair(reference, hint)
	if err != nil {
		return err
	}
	payload, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	made, err := sign.Bundle(&sign.DSSEData{Data: payload, PayloadType: payloadType}, key, sign.BundleOptions{})
	if err != nil {
		return err
	}
	text, err := protojson.Marshal(made)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}
