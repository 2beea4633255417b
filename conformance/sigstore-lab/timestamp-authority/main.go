// The released timestamp authority with a key in memory. Its own command also serves metrics, always on the same port of
// every network interface, so that no two could run on one machine.
package main

import (
	"flag"
	"log"
	"time"

	"github.com/sigstore/timestamp-authority/v2/pkg/server"
	"github.com/spf13/viper"
)

func main() {
	port := flag.Int("port", 0, "port on 127.0.0.1")
	flag.Parse()
	// What its own command sets where nobody says otherwise.
	const policy = "1.3.6.1.4.1.57264.2"
	viper.Set("timestamp-signer", "memory")
	viper.Set("timestamp-signer-hash", "sha256")
	viper.Set("default-policy-oid", policy)
	viper.Set("accepted-policy-oids", []string{policy})
	viper.Set("max-request-body-size", 1<<20)
	authority := server.NewRestAPIServer("127.0.0.1", *port, []string{"http"}, false, 30*time.Second, 30*time.Second)
	if err := authority.Serve(); err != nil {
		log.Fatal(err)
	}
}
