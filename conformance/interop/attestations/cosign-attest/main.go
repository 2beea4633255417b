// Command cosign-attest writes the attestation that `cosign attest-blob --hash` writes, by cosign's own packages for statements and
// for bundles. cosign itself takes half an hour to compile, because its command line brings clients of many services along.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path"

	"github.com/sigstore/cosign/v3/pkg/cosign/attestation"
	"github.com/sigstore/cosign/v3/pkg/cosign/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/sign"
)

// The flags are those of cosign.
var (
	key           = flag.String("key", "", "private key in PEM; without one, a new key is certified by the token's identity")
	certificate   = flag.String("certificate", "", "certificate of the key, in PEM")
	chain         = flag.String("certificate-chain", "", "certificates of its authorities, in PEM")
	token         = flag.String("identity-token", "", "file of an identity token")
	hash          = flag.String("hash", "", "SHA-256 of the subject, in hexadecimal")
	predicate     = flag.String("predicate", "", "file of the claim")
	kind          = flag.String("type", "custom", "type of the claim")
	signingConfig = flag.String("signing-config", "", "services to use")
	trustedRoot   = flag.String("trusted-root", "", "trust root, to check what services answer")
	output        = flag.String("bundle", "", "file to write")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if flag.NArg() != 1 || *hash == "" || *output == "" {
		return errors.New("usage: cosign-attest --hash SHA256 --predicate FILE --type TYPE --bundle FILE [flags] NAME")
	}
	payload, err := statement(path.Base(flag.Arg(0)))
	if err != nil {
		return err
	}
	made, err := signed(payload)
	if err != nil {
		return err
	}
	return os.WriteFile(*output, made, 0o600)
}

// statement is as cosign makes it: the name is that of a file, whatever the digest is of.
func statement(name string) ([]byte, error) {
	claim, err := os.ReadFile(*predicate)
	if err != nil {
		return nil, err
	}
	made, err := attestation.GenerateStatement(attestation.GenerateOpts{
		Predicate: bytes.NewReader(claim),
		Type:      *kind,
		Digest:    *hash,
		Repo:      name,
	})
	if err != nil {
		return nil, err
	}
	return made.MarshalJSON()
}

func signed(payload []byte) ([]byte, error) {
	services, err := root.NewSigningConfigFromPath(*signingConfig)
	if err != nil {
		return nil, err
	}
	var trusted root.TrustedMaterial
	if *trustedRoot != "" {
		if trusted, err = root.NewTrustedRootFromPath(*trustedRoot); err != nil {
			return nil, err
		}
	}
	pair, err := openKeypair(*key)
	if err != nil {
		return nil, err
	}
	leaf, err := readIfNamed(*certificate)
	if err != nil {
		return nil, err
	}
	authorities, err := readIfNamed(*chain)
	if err != nil {
		return nil, err
	}
	who, err := readIfNamed(*token)
	if err != nil {
		return nil, err
	}
	content := &sign.DSSEData{Data: payload, PayloadType: "application/vnd.in-toto+json"}
	ctx := context.Background()
	return bundle.SignData(ctx, content, pair, string(who), leaf, authorities, services, trusted, bundle.SignOptions{})
}

func readIfNamed(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	return os.ReadFile(file)
}
