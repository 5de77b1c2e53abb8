package keymap

import (
	"flag"
	"os"
	"strings"
	"testing"
)

// written is the table of all actions as the page about the config file has it.
func written() string {
	var b strings.Builder
	b.WriteString("\n| action | keys | where |\n| --- | --- | --- |\n")
	for _, a := range Actions() {
		where := "everywhere"
		if a.On != nil {
			where = strings.Join(a.On, ", ")
		}
		b.WriteString("| `" + a.Name + "` | `" + strings.Join(a.Keys, "` `") + "` | " + where + " |\n")
	}
	return b.String()
}

var update = flag.Bool("update", false, "write the table of actions into docs/config.md")

// The page lists every action with its default keys.
func TestDocsListEveryAction(t *testing.T) {
	t.Parallel()
	const file, mark = "../../docs/config.md", "<!-- actions: made from the table in tui/keymap; a test compares them -->\n"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, table, ok := strings.Cut(string(data), mark)
	if !ok {
		t.Fatalf("%s has no mark for the table", file)
	}
	if *update {
		if err := os.WriteFile(file, []byte(head+mark+written()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != written() {
		t.Errorf("%s lists other actions; write it anew with go test ./tui/keymap -update", file)
	}
}
