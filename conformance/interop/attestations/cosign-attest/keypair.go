package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"os"

	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"
)

// keypair is a key as cosign gives it to the library that signs: its package for that is internal.
type keypair struct {
	signer  signature.SignerVerifier
	public  crypto.PublicKey
	details signature.AlgorithmDetails
	hint    string
}

func openKeypair(file string) (*keypair, error) {
	private, err := privateKey(file)
	if err != nil {
		return nil, err
	}
	signer, err := signature.LoadDefaultSignerVerifier(private)
	if err != nil {
		return nil, err
	}
	public, err := signer.PublicKey()
	if err != nil {
		return nil, err
	}
	details, err := signature.GetDefaultAlgorithmDetails(public)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(der)
	return &keypair{signer, public, details, base64.StdEncoding.EncodeToString(digest[:])}, nil
}

// privateKey is the key in a file, or a new one on P-256.
func privateKey(file string) (crypto.PrivateKey, error) {
	if file == "" {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return cryptoutils.UnmarshalPEMToPrivateKey(pem, cryptoutils.SkipPassword)
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

// SignData returns the signature, and the digest that it is of.
func (k *keypair) SignData(_ context.Context, data []byte) ([]byte, []byte, error) {
	hasher := k.details.GetHashType().New()
	hasher.Write(data)
	made, err := k.signer.SignMessage(bytes.NewReader(data))
	return made, hasher.Sum(nil), err
}
