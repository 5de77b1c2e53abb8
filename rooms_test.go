package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// rooms is the import table of the house. A room may import what stands here, the standard library, and
// nothing else; golang.org/x is open to the probes. The reason is printed when a line breaks it.
var rooms = []struct {
	dir    string // "" is the folder of main.go; a trailing /* means every folder below
	may    []string
	reason string
}{
	{"", []string{"oobscope/cli"}, "main starts the command line and does nothing else"},
	{"cli", []string{"oobscope/*", "github.com/spf13/cobra", "github.com/charmbracelet/colorprofile", "charm.land/*", "golang.org/x/*", "github.com/charmbracelet/x/*"},
		"cli wires the rooms together; it must not judge, probe or draw by itself"},
	{"kits/document", []string{"github.com/goccy/go-yaml/*"}, "a document is bytes; it knows no kit"},
	{"kits", []string{"oobscope/kits/*"}, "a kit is data: no network, no store, no screen"},
	{"probes/redfish", []string{"oobscope/probes", "oobscope/probes/*", "golang.org/x/*", "github.com/stmcginnis/gofish", "github.com/stmcginnis/gofish/*"},
		"gofish is allowed here and nowhere else"},
	{"probes/*", []string{"oobscope/probes", "oobscope/probes/*", "golang.org/x/*"}, "probes observe: they know no kit, judge, store or screen, and link no other library"},
	{"probes", []string{"golang.org/x/*"}, "the words of the engine depend on no protocol"},
	{"audit/nftables", []string{"oobscope/audit", "oobscope/kits", "oobscope/probes"}, "a ruleset is text made from a plan"},
	{"audit/report", []string{"oobscope/audit", "oobscope/kits", "oobscope/probes"}, "a report writes what was judged"},
	{"audit", []string{"oobscope/kits", "oobscope/kits/*", "oobscope/probes"}, "the judge is pure: no packet, no file, no screen"},
	{"store/bundle/signers", []string{"oobscope/probes", "github.com/hiddeco/sshsig", "golang.org/x/crypto/ssh"},
		"a signature is bytes; OpenSSH's format is read here and nowhere else, and no private key ever is"},
	{"store/bundle/pseudonym", []string{"oobscope/audit", "oobscope/kits", "oobscope/probes", "oobscope/store/bundle"}, "it renames what a bundle says; it opens nothing"},
	{"store/bundle", []string{"oobscope/audit", "oobscope/kits", "oobscope/probes"}, "a bundle is a file from a stranger: it knows no store and no screen"},
	{"store", []string{"oobscope/kits", "oobscope/probes", "oobscope/audit", "go.etcd.io/bbolt", "go.etcd.io/bbolt/errors", "golang.org/x/sys/unix"}, "the store keeps; it does not judge or draw"},
	{"views", []string{"oobscope/kits", "oobscope/probes", "oobscope/audit", "charm.land/lipgloss/*", "charm.land/bubbles/*", "github.com/charmbracelet/x/ansi"},
		"a view is text of a state: it opens no store and owns no program"},
	{"tui/keymap", nil, "names of actions and keys are words: they know no screen and draw nothing"},
	{"tui/settings", []string{"oobscope/kits/document", "oobscope/tui/keymap"}, "a config file is bytes in, settings out"},
	{"tui/recall", nil, "what is remembered is bytes: no file, no screen"},
	{"tui/mask", nil, "a mask knows pictures, not what is in them"},
	{"tui/palette", []string{"oobscope/views"}, "the palette finds names; of the views it takes the loose match alone"},
	{"tui", []string{"oobscope/tui/*", "oobscope/views", "oobscope/store", "oobscope/kits", "oobscope/probes", "oobscope/audit", "charm.land/*", "github.com/charmbracelet/*"},
		"tui is the one model; protocols and reports are not its business"},
	{"teatest/mishap", []string{"golang.org/x/sys/unix"}, "what happens to a process happens between it and the kernel: no room knows of it"},
	{"teatest/shots", []string{"github.com/charmbracelet/*"}, "a camera knows no screen: every room's tests may use it"},
	{"teatest/tty", []string{"golang.org/x/sys/unix", "github.com/charmbracelet/x/vt"}, "a terminal shows what it is sent: it knows no screen"},
	{"teatest", []string{"oobscope/*", "charm.land/*", "github.com/charmbracelet/*", "golang.org/x/sys/*"}, "the harness may see everything, and only tests may see it"},
}

func TestRoomsKeepTheirDoors(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(file))
		if dir == "." {
			dir = ""
		}
		checkFile(t, dir, file)
		seen[dir] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, must := range []string{"cli", "kits", "probes", "audit", "store", "views", "tui"} {
		if !seen[must] {
			t.Errorf("room %s is empty: the table guards nothing there", must)
		}
	}
}

func checkFile(t *testing.T, dir, file string) {
	t.Helper()
	room, ok := roomOf(dir)
	if !ok {
		t.Errorf("%s: no room of that name in the house", file)
		return
	}
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	test := strings.HasSuffix(file, "_test.go")
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p, "oobscope/teatest") && !test && !strings.HasPrefix(dir, "teatest") {
			t.Errorf("%s imports %s: the harness is for tests alone", file, p)
		}
		if test || standard(p) {
			continue // a test may reach further: it proves rooms against each other
		}
		if !anyMatch(rooms[room].may, p) {
			t.Errorf("%s imports %s: %s", file, p, rooms[room].reason)
		}
	}
}

func roomOf(dir string) (int, bool) {
	for i, r := range rooms {
		if r.dir == dir || strings.HasSuffix(r.dir, "/*") && strings.HasPrefix(dir, strings.TrimSuffix(r.dir, "*")) {
			return i, true
		}
	}
	return 0, false
}

func standard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".") && first != "oobscope"
}

func anyMatch(patterns []string, p string) bool {
	for _, pat := range patterns {
		if pat == p || strings.HasSuffix(pat, "/*") && strings.HasPrefix(p, strings.TrimSuffix(pat, "*")) {
			return true
		}
	}
	return false
}

// The table itself must be able to fail.
func TestRoomTableRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ dir, imports string }{
		{"audit", "oobscope/store"}, {"views", "oobscope/store"}, {"probes/ipmi", "oobscope/kits"},
		{"probes/cim", "github.com/stmcginnis/gofish"}, {"kits", "oobscope/probes"}, {"store", "charm.land/lipgloss/v2"},
		{"", "oobscope/tui"}, {"tui", "oobscope/probes/ipmi"},
	} {
		room, ok := roomOf(c.dir)
		if !ok {
			t.Errorf("%s is no room", c.dir)
			continue
		}
		if anyMatch(rooms[room].may, c.imports) {
			t.Errorf("%s may import %s", path.Join("oobscope", c.dir), c.imports)
		}
	}
	if _, ok := roomOf("util"); ok {
		t.Error("a room called util was let in")
	}
}
