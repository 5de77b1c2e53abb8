package lab

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// serveWord makes this test binary a set of servers; see servers_linux_test.go.
const serveWord = "lab-serve"

func TestMain(m *testing.M) {
	if slices.Contains(os.Args[1:], serveWord) {
		os.Exit(serve(os.Stdin, os.Stdout))
	}
	if slices.Contains(os.Args[1:], delayWord) {
		os.Exit(delay(os.Stdin, os.Stdout))
	}
	code := m.Run()
	if built.dir != "" {
		if err := os.RemoveAll(built.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// required skips a test, in words, where the laboratory cannot be built. Where it must be possible, as
// root on the machine that decides what lands, it fails instead.
func required(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: the firewall laboratory is not for -short")
	}
	if os.Geteuid() != 0 {
		lacking(t, "root, for network namespaces")
	}
	var missing []string
	for _, tool := range []string{"ip", "nft", "setpriv"} {
		if _, err := exec.LookPath(tool); err != nil {
			missing = append(missing, tool)
		}
	}
	if len(missing) > 0 {
		lacking(t, strings.Join(missing, ", ")+" (packages iproute2, nftables, util-linux)")
	}
}

func lacking(t *testing.T, what string) {
	t.Helper()
	words := "the firewall laboratory lacks " + what
	if os.Getenv("CI") != "" {
		t.Fatal(words)
	}
	t.Skip("SKIPPED: " + words + "; no verdict was proved with packets")
}

// built is the program under test, built once, where a user without rights can run it.
var built struct {
	once sync.Once
	dir  string
	err  error
}

// program returns the path of the built program.
func program(t testing.TB) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "oobscope-lab-"); built.err != nil {
			return
		}
		if built.err = os.Chmod(built.dir, 0o755); built.err != nil {
			return
		}
		c := exec.Command("go", "build", "-o", filepath.Join(built.dir, "oobscope"), "oobscope")
		if out, err := c.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("build the program: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "oobscope")
}
