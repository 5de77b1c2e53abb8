package bench

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"time"
)

// page is the answer to every request: what a controller's front door says, in few bytes.
const page = "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: application/json\r\nContent-Length: 33\r\nConnection: close\r\n\r\n" +
	`{"RedfishVersion":"1.15.0","a":1}`

// serveTLS shakes hands with whoever comes, without sessions, answers one request and closes.
func serveTLS(port int) error {
	certificate, err := selfSigned()
	if err != nil {
		return err
	}
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{Port: port})
	if err != nil {
		return err
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, SessionTicketsDisabled: true}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				continue
			}
			go answerTLS(tls.Server(c, config))
		}
	}()
	return nil
}

func answerTLS(c *tls.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := http.ReadRequest(bufio.NewReaderSize(c, 1024)); err == nil {
		_, _ = c.Write([]byte(page))
	}
}

// selfSigned makes a certificate with the key that costs the responder least: it shares the machine with whoever
// is measured.
func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a key: %w", err)
	}
	of := x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "controller", Organization: []string{"bench"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(5, 0, 0), DNSNames: []string{"controller"},
	}
	der, err := x509.CreateCertificate(rand.Reader, &of, &of, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
