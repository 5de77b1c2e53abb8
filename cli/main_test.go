package cli

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"oobscope/teatest/mishap"
)

// asProgram makes the test binary the program itself, so that a test can kill it.
const asProgram = "OOBSCOPE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		if err := mishap.Arm(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(exitIncomplete)
		}
		os.Exit(Main("test", os.Args[1:]))
	}
	os.Exit(m.Run())
}

// programCommand is the program as a process of its own, called with args.
func programCommand(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "OOBSCOPE_STORE=", "HOME="+t.TempDir(), "LANG=C.UTF-8")
	return cmd
}
