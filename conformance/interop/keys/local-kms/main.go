// Command local-kms serves the API of AWS KMS on loopback. The module's own command listens on every address of the machine.
package main

import (
	"flag"
	"log"
	"net"
	"net/http"

	"github.com/nsmithuk/local-kms/src"
	"github.com/nsmithuk/local-kms/src/config"
	"github.com/nsmithuk/local-kms/src/data"
)

func main() {
	address := flag.String("address", "", "where to listen: 127.0.0.1:PORT")
	folder := flag.String("data", "", "a folder for the keys")
	flag.Parse()
	config.AWSAccountId, config.AWSRegion = "111122223333", "eu-west-2"
	database := data.NewDatabase(*folder)
	defer database.Close()
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on %v", listener.Addr())
	log.Fatal(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		src.HandleRequest(w, r, database)
	})))
}
