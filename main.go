// Command oobscope says what an out-of-band segment really exposes, held against what its policy intends.
//
// The settings below let the TLS facts of very old controllers be read (short keys, SHA-1, negative
// serial numbers) instead of being mistaken for a closed port. They weaken nothing: certificates are
// observed, never trusted.
//
//go:debug rsa1024min=0
//go:debug tlssha1=1
//go:debug x509negativeserial=1
package main

import (
	"os"

	"oobscope/cli"
)

// version is set by the linker for a release.
var version = "0.1.0-dev"

func main() { os.Exit(cli.Main(version, os.Args[1:])) }
