// Command registry serves go-containerregistry's registry on loopback, with or without the referrers API.
package main

import (
	"flag"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	address := flag.String("address", "", "where to listen: 127.0.0.1:PORT")
	referrers := flag.Bool("referrers", false, "serve the referrers API")
	flag.Parse()
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on %v", listener.Addr())
	options := []registry.Option{
		registry.Logger(log.New(os.Stderr, "", 0)),
		registry.WithReferrersSupport(*referrers),
	}
	log.Fatal(http.Serve(listener, registry.New(options...)))
}
