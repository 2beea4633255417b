// Command sigstore-kms makes the key services that are compiled into Sigstore's tools available as plugins. Install it under the
// name of each service that it is to serve: sigstore-kms-awskms, sigstore-kms-azurekms, sigstore-kms-gcpkms, sigstore-kms-hashivault.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sigstore/sigstore/pkg/signature/kms"
	_ "github.com/sigstore/sigstore/pkg/signature/kms/aws"
	_ "github.com/sigstore/sigstore/pkg/signature/kms/azure"
	"github.com/sigstore/sigstore/pkg/signature/kms/cliplugin/handler"
	_ "github.com/sigstore/sigstore/pkg/signature/kms/gcp"
	_ "github.com/sigstore/sigstore/pkg/signature/kms/hashivault"
)

const prefix = "sigstore-kms-"

func main() {
	arguments, err := handler.GetPluginArgs(os.Args)
	if err != nil {
		fail(err)
	}
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	scheme := strings.TrimPrefix(name, prefix) + "://"
	// Sigstore looks for a plugin when no provider has the name, and would start this program again and again.
	if !slices.Contains(kms.SupportedProviders(), scheme) {
		fail(fmt.Errorf("this program was built without %s; it serves %v", scheme, kms.SupportedProviders()))
	}
	ctx := context.Background()
	if deadline := arguments.InitOptions.CtxDeadline; deadline != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, *deadline)
		defer cancel()
	}
	key, err := kms.Get(ctx, scheme+arguments.InitOptions.KeyResourceID, arguments.InitOptions.HashFunc)
	if err != nil {
		fail(err)
	}
	if _, err := handler.Dispatch(os.Stdout, os.Stdin, arguments, key); err != nil {
		os.Exit(1)
	}
}

func fail(err error) {
	_ = handler.WriteErrorResponse(os.Stdout, err)
	os.Exit(1)
}
