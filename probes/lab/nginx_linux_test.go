package lab

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A TLS server that we did not write, nginx on OpenSSL, each of its hosts with another certificate.

// tlsHost is one host of nginx.
type tlsHost struct {
	name       string
	rsa        int      // bits of an RSA key; ECDSA P-256 if 0
	expired    bool     // an hour ago
	selfSigned bool     // else signed by an authority of its own
	foreign    bool     // made out for another name than the address
	weaknesses []string // that the program must see, and no others
}

var tlsHosts = []tlsHost{
	{name: "self-signed", selfSigned: true, weaknesses: []string{"tls_self_signed"}},
	{name: "expired", expired: true, weaknesses: []string{"tls_expired"}},
	{name: "RSA 1024", rsa: 1024, weaknesses: []string{"tls_weak_key"}},
	{name: "another name", foreign: true, weaknesses: []string{"tls_name_mismatch"}},
}

// nginxAt is the address of one of them.
func nginxAt(i int) string { return address(int(drop), living, crowdFirst-10+i, false).String() }

func nginxHosts() (out []string) {
	for i := range tlsHosts {
		out = append(out, nginxAt(i))
	}
	return out
}

// nginx starts nginx on its hosts if it is installed, and waits until it listens.
func (n *network) nginx() bool {
	n.t.Helper()
	path, err := exec.LookPath("nginx")
	if err != nil {
		if os.Getenv("CI") != "" {
			n.t.Fatalf("the laboratory lacks a TLS server that we did not write: %v (package nginx)", err)
		}
		n.t.Log("SKIPPED: nginx (package nginx) is not installed, so only our own TLS servers were asked")
		return false
	}
	dir := n.t.TempDir()
	for name, text := range map[string]string{
		"nginx.conf": nginxConfig(n.t, dir),
		// Debian's OpenSSL refuses to serve a key below 2048 bits otherwise.
		"openssl.cnf": "openssl_conf = first\n[first]\nssl_conf = ssl\n[ssl]\nsystem_default = all\n[all]\nCipherString = DEFAULT:@SECLEVEL=0\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			n.t.Fatal(err)
		}
	}
	n.startNginx(path, dir)
	return true
}

// startNginx runs the program on the files in dir until the test is over.
func (n *network) startNginx(path, dir string) {
	n.t.Helper()
	c := exec.Command("ip", "netns", "exec", n.tag+"bmc", path, "-p", dir, "-c", filepath.Join(dir, "nginx.conf"))
	c.Env = append(os.Environ(), "OPENSSL_CONF="+filepath.Join(dir, "openssl.cnf"))
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it listens to no standard input that could close
	errs, err := c.StderrPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		n.t.Fatal(err)
	}
	drained := make(chan struct{})
	n.t.Cleanup(func() {
		_ = c.Process.Kill()
		<-drained
		_ = c.Wait() // killed: its error says no more than that
	})
	lines, said := bufio.NewScanner(errs), ""
	// Its version is the first thing that it notes when all its sockets listen.
	up := false
	for !up && lines.Scan() {
		said += lines.Text() + "\n"
		up = strings.Contains(lines.Text(), "[notice]") && strings.Contains(lines.Text(), "nginx/")
	}
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, errs)
	}()
	if !up {
		n.t.Fatalf("nginx did not come up: %s", said)
	}
}

// nginxConfig writes the certificates into dir and returns the configuration. One process, in front, with
// every path of its own under dir.
func nginxConfig(t testing.TB, dir string) string {
	t.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, "daemon off;\nmaster_process off;\npid %[1]s/nginx.pid;\nlock_file %[1]s/lock;\nerror_log stderr notice;\n"+
		"events {}\nhttp {\n\taccess_log off;\n", dir)
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&out, "\t%s_temp_path %s/%s;\n", kind, dir, kind)
	}
	for i, h := range tlsHosts {
		file := filepath.Join(dir, fmt.Sprintf("%d.pem", i))
		if err := os.WriteFile(file, h.certificate(t, nginxAt(i)), 0o600); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "\tserver {\n\t\tlisten %s:443 ssl;\n\t\tssl_certificate %[2]s;\n\t\tssl_certificate_key %[2]s;\n"+
			"\t\tlocation = / { return 200 \"<title>a plain web server</title>\"; }\n\t\tlocation / { return 404; }\n\t}\n", nginxAt(i), file)
	}
	return out.String() + "}\n"
}

// certificate makes key and certificate of the host at an address, in PEM.
func (h *tlsHost) certificate(t testing.TB, at string) []byte {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("the certificate %q: %v", h.name, err)
		}
	}
	elliptical := func() crypto.Signer {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(err)
		return key
	}
	key := elliptical()
	if h.rsa != 0 {
		k, err := rsa.GenerateKey(rand.Reader, h.rsa)
		must(err)
		key = k
	}
	now := time.Now()
	leaf := &x509.Certificate{SerialNumber: big.NewInt(11), Subject: pkix.Name{CommonName: "lab"},
		NotBefore: now.Add(-2 * time.Hour), NotAfter: now.Add(time.Hour), IPAddresses: []net.IP{net.ParseIP(at)}}
	if h.expired {
		leaf.NotAfter = now.Add(-time.Hour)
	}
	if h.foreign {
		leaf.IPAddresses, leaf.DNSNames = nil, []string{"another.example"}
	}
	issuer, signer := leaf, key
	if !h.selfSigned {
		issuer, signer = &x509.Certificate{Subject: pkix.Name{CommonName: "lab authority"}}, elliptical()
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, issuer, key.Public(), signer)
	must(err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	must(err)
	var out bytes.Buffer
	must(pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: der}))
	must(pem.Encode(&out, &pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	return out.Bytes()
}

// foreignTLS: a plain web server stands where Redfish is expected, and its certificate says just what is
// weak about it.
func foreignTLS(t *testing.T, o *outcome) {
	seen := o.tested()
	for i, h := range tlsHosts {
		f := seen[nginxAt(i)+" redfish/tcp"]
		if f == nil {
			t.Errorf("%s: no line in the report: %s", h.name, o.stderr)
			continue
		}
		weak := slices.Sorted(slices.Values(f.Evidence.Weaknesses))
		if f.Observed != "open_other" || f.Verdict != "exposed" || !slices.Equal(weak, h.weaknesses) {
			t.Errorf("%s: weaknesses %v, want %v, of an exposed open_other\n\t%s", h.name, weak, h.weaknesses, f)
		}
		if version := f.Evidence.TLS.Version; version != "TLS 1.3" && version != "TLS 1.2" {
			t.Errorf("%s: TLS version %q", h.name, version)
		}
	}
	if len(seen) != len(tlsHosts) || !o.Complete || o.Tainted {
		t.Errorf("%d flows tested, want %d; complete %v, tainted %v: %s", len(seen), len(tlsHosts), o.Complete, o.Tainted, o.stderr)
	}
}
