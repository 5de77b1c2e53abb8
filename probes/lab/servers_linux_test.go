package lab

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"
)

// The servers share no code with the probers: one codec on both sides would prove nothing.

// seat is one port of one address with somebody behind it.
type seat struct {
	Proto string `json:"proto"` // tcp, udp; anyip is udp for every address
	At    string `json:"at"`    // address:port
	Do    string `json:"do"`    // how it behaves: a key of streams or datagrams
}

const readyWord = "ready\n"

// streams are the behaviours of a TCP port. Each has the connection for itself and closes it.
var streams = map[string]func(c net.Conn){
	"cim":      func(c net.Conn) { once(c, cimServer) },
	"cim-tls":  func(c net.Conn) { once(tls.Server(c, certificate), cimServer) },
	"redfish":  func(c net.Conn) { once(tls.Server(c, certificate), http.HandlerFunc(redfish)) },
	"https":    func(c net.Conn) { once(tls.Server(c, certificate), http.HandlerFunc(frontPage)) },
	"http":     func(c net.Conn) { once(c, http.HandlerFunc(frontPage)) },
	"upnp":     func(c net.Conn) { once(c, http.HandlerFunc(upnp)) },
	"greeting": func(c net.Conn) { say(c, "+lab SFTP service\x00") },
	"slp":      func(c net.Conn) { message(c, 0, slp) },
	"dns":      func(c net.Conn) { message(c, 2, dns) },
	"ssh":      func(c net.Conn) { say(c, "SSH-2.0-lab\r\n") },
	"mute":     func(c net.Conn) { _, _ = io.Copy(io.Discard, c); c.Close() },
	"reset":    func(c net.Conn) { hear(c); _ = c.(*net.TCPConn).SetLinger(0); c.Close() },
	"close":    func(c net.Conn) { hear(c); c.Close() },
}

// datagrams are the behaviours of a UDP port: nil means no answer.
var datagrams = map[string]func(request []byte) []byte{
	"ipmi":    ipmi,
	"slp":     slp,
	"dns":     dns,
	"garbage": func([]byte) []byte { return []byte("who is asking?\n") },
	"mute":    func([]byte) []byte { return nil },
}

// serve is this binary as a set of servers: seats as one JSON value on in, readyWord on out when all of
// them listen, and the end when in closes.
func serve(in io.Reader, out io.Writer) int {
	var seats []seat
	input := bufio.NewReader(in)
	if err := json.NewDecoder(input).Decode(&seats); err != nil {
		fmt.Fprintln(os.Stderr, "read the seats:", err)
		return 1
	}
	for _, s := range seats {
		if err := s.open(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	if _, err := io.WriteString(out, readyWord); err != nil {
		return 1
	}
	_, _ = io.Copy(io.Discard, in) // until the maker is gone
	return 0
}

func (s seat) open() error {
	if s.Proto == "anyip" {
		return openAny(s.At, datagrams[s.Do])
	}
	if s.Proto == "tcp" {
		do := streams[s.Do]
		l, err := net.Listen("tcp", s.At)
		if err != nil || do == nil {
			return fmt.Errorf("%s %s: %v", s.Do, s.At, err)
		}
		go accept(l, do)
		return nil
	}
	do := datagrams[s.Do]
	c, err := net.ListenPacket("udp", s.At)
	if err != nil || do == nil {
		return fmt.Errorf("%s %s: %v", s.Do, s.At, err)
	}
	go answer(c, do)
	return nil
}

func accept(l net.Listener, do func(net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		_ = c.SetDeadline(time.Now().Add(time.Minute))
		go do(c)
	}
}

func answer(c net.PacketConn, do func([]byte) []byte) {
	buf := make([]byte, 2048)
	for {
		n, from, err := c.ReadFrom(buf)
		if err != nil {
			continue // an ICMP error for an answer that nobody took
		}
		if b := do(buf[:n]); b != nil {
			_, _ = c.WriteTo(b, from)
		}
	}
}

// say speaks first and waits for the other side to leave.
func say(c net.Conn, words string) {
	_, _ = io.WriteString(c, words)
	_, _ = io.Copy(io.Discard, c)
	c.Close()
}

// message answers one request that comes in one piece behind a frame of some bytes, as the function behind
// the datagrams does. The frame is the length of what follows (RFC 1035 4.2.2).
func message(c net.Conn, frame int, do func([]byte) []byte) {
	defer c.Close()
	buf := make([]byte, 2048)
	n, _ := c.Read(buf)
	if n <= frame {
		return
	}
	out := do(buf[frame:n])
	if frame == 2 {
		out = append([]byte{byte(len(out) >> 8), byte(len(out))}, out...)
	}
	_, _ = c.Write(out)
	_, _ = io.Copy(io.Discard, c)
}

// hear waits for the first bytes.
func hear(c net.Conn) { _, _ = c.Read(make([]byte, 512)) }

// once serves HTTP on one connection and ends with it.
func once(c net.Conn, h http.Handler) {
	l := &single{c: c, done: make(chan struct{})}
	srv := &http.Server{Handler: h, ErrorLog: nil, ConnState: func(_ net.Conn, s http.ConnState) {
		if s == http.StateClosed {
			l.Close()
		}
	}}
	_ = srv.Serve(l) // ends with the connection: the error says no more than that
}

// single is a listener that has one connection to give.
type single struct {
	c    net.Conn
	done chan struct{}
}

func (l *single) Accept() (net.Conn, error) {
	if c := l.c; c != nil {
		l.c = nil
		return c, nil
	}
	<-l.done
	return nil, net.ErrClosed
}

func (l *single) Close() error {
	select {
	case <-l.done:
	default:
		close(l.done)
	}
	return nil
}

func (l *single) Addr() net.Addr { return &net.TCPAddr{} }

var cimServer = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		w.Header().Set("WWW-Authenticate", `Basic realm="lab"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("CIMError", "Only POST and M-POST are implemented")
	w.WriteHeader(http.StatusNotImplemented)
})

func redfish(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/redfish":
		fmt.Fprint(w, `{"v1":"/redfish/v1/"}`)
	case "/redfish/v1/":
		fmt.Fprint(w, `{"@odata.type":"#ServiceRoot.v1_9_0.ServiceRoot","@odata.id":"/redfish/v1/","Id":"RootService","Name":"Root","RedfishVersion":"1.9.0"}`)
	default:
		w.WriteHeader(http.StatusUnauthorized)
	}
}

func upnp(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Server", "Linux/2.6 UPnP/1.0 lab/1")
	w.WriteHeader(http.StatusNotFound)
}

func frontPage(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<title>lab</title>") }

// certificate is the self-signed one of every TLS server here.
var certificate = func() *tls.Config {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "lab"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, made, made, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}()
