package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oobscope/tui/settings"
)

// callAt is call with an environment of its own.
func callAt(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	p := &program{version: "1.2.3", stdin: strings.NewReader(""), stdout: &out, stderr: &errs, now: time.Now, getenv: func(k string) string { return env[k] }}
	code = p.run(context.Background(), args)
	return code, out.String(), errs.String()
}

func TestConfigPath(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		env  map[string]string
		args []string
		want string
		code int
	}{
		{map[string]string{"HOME": "/home/netops"}, nil, "/home/netops/.config/oobscope/config.yaml\n", 0},
		{map[string]string{"HOME": "/home/netops", "XDG_CONFIG_HOME": "/etc/xdg"}, nil, "/etc/xdg/oobscope/config.yaml\n", 0},
		{map[string]string{"HOME": "/home/netops", "XDG_CONFIG_HOME": "not/absolute"}, nil, "/home/netops/.config/oobscope/config.yaml\n", 0},
		{nil, []string{"--config", "mine.yaml"}, "mine.yaml\n", 0},
		{nil, nil, "", exitUsage},
	} {
		code, out, errs := callAt(t, row.env, append([]string{"config", "path"}, row.args...)...)
		if code != row.code || out != row.want || (code != 0) != strings.Contains(errs, "hint: name the file") {
			t.Errorf("%v %v: exit %d, %q, %q", row.env, row.args, code, out, errs)
		}
	}
}

func TestConfigCheck(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	env := map[string]string{"HOME": home}
	if code, out, errs := callAt(t, env, "config", "check"); code != 0 || !strings.Contains(out, "not there; the defaults hold") || errs != "" {
		t.Errorf("no file: exit %d, %q, %q", code, out, errs)
	}
	good, bad := write(t, "good.yaml", "theme: dark\n"), write(t, "bad.yaml", "theme: drak\nkeys: {start_run: ctrl+b}\n")
	if code, out, _ := callAt(t, env, "config", "check", good); code != 0 || out != good+": sound\n" {
		t.Errorf("sound: exit %d, %q", code, out)
	}
	code, out, errs := callAt(t, env, "config", "check", bad)
	for _, want := range []string{bad + `:1:8: theme: found "drak"`, bad + ":2:19: keys.start_run", "it belongs to tmux", "hint: what can stand in it: oobscope config example"} {
		if !strings.Contains(errs, want) {
			t.Errorf("%q is not said:\n%s", want, errs)
		}
	}
	if code != exitUsage || out != "" {
		t.Errorf("exit %d, %q", code, out)
	}
	for _, args := range [][]string{{"config", "check", "/nowhere/c.yaml"}, {"config", "check", home}, {"config", "show", "--config", "/nowhere/c.yaml"}} {
		if code, _, errs := callAt(t, env, args...); code != exitUsage || !strings.Contains(errs, "hint: ") {
			t.Errorf("%v: exit %d, %q", args, code, errs)
		}
	}
}

// What is shown and what is given as an example reads back as the same settings.
func TestConfigShowAndExample(t *testing.T) {
	t.Parallel()
	file := write(t, "c.yaml", "theme: light\nkeys: {start_run: T}\nlang: xx\n")
	code, out, errs := callAt(t, nil, "config", "show", "--config", file)
	s, err := settings.Read("shown", []byte(out))
	if code != 0 || err != nil || s.Theme != "light" || len(s.Keys) != 1 || !strings.Contains(errs, "warning: "+file+":3:7: lang") {
		t.Errorf("exit %d, %v, %+v, %q", code, err, s, errs)
	}
	if code, out, _ := callAt(t, nil, "config", "example"); code != 0 || out != settings.Example() {
		t.Errorf("example: exit %d", code)
	}
	if code, out, _ := callAt(t, nil, "config"); code != 0 || !strings.Contains(out, "example") {
		t.Errorf("config alone: exit %d, %q", code, out)
	}
}

// Flags beat the file, the file beats the locale; what is wrong is said before anything is opened.
func TestLooks(t *testing.T) {
	t.Parallel()
	file := write(t, "c.yaml", "theme: light\nlang: ja\nascii: off\nmask: true\n")
	p := &program{getenv: func(string) string { return "" }, look: look{config: file, theme: "dark", ascii: true, lowBandwidth: true}, lang: "en"}
	s, trouble, err := p.settings()
	if err != nil || trouble != nil || s.Theme != "dark" || s.Lang != "en" || s.ASCII != "on" || !s.LowBandwidth || !s.Mask {
		t.Errorf("%+v, %v, %v", s, trouble, err)
	}
	for _, args := range [][]string{{"--plain", "--theme", "pink"}, {"demo", "--plain", "--theme", "pink"}, {"--plain", "--lang", "xx"}, {"--plain", "--config", "/nowhere"}} {
		env := map[string]string{"OOBSCOPE_STORE": filepath.Join(t.TempDir(), "store")}
		if code, out, errs := callAt(t, env, args...); code != exitUsage || out != "" || errs == "" {
			t.Errorf("%v: exit %d, %q, %q", args, code, out, errs)
		}
	}
}

// The console in plain mode, as a config file asks for it: it says the mistakes of the file first, and keeps what
// it remembers beside the store.
func TestConsoleReadsItsConfig(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, ".config", "oobscope"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(home, ".config", "oobscope", "config.yaml")
	if err := os.WriteFile(file, []byte("plain: true\nlang: en\nlnag: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	p := &program{version: "1.2.3", stdin: strings.NewReader("close\nkits\nquit\n"), stdout: &out, stderr: &errs, now: time.Now,
		getenv: func(k string) string { return map[string]string{"HOME": home}[k] }}
	if code := p.run(context.Background(), nil); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	for _, want := range []string{"The config file has mistakes", "config.yaml:3:1: lnag", "Kits"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not said:\n%s", want, out.String())
		}
	}
	kept := mine(filepath.Join(home, ".local", "state", "oobscope")).recallPath()
	info, err := os.Stat(kept)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	if data, _ := os.ReadFile(kept); !strings.Contains(string(data), `"screen": "kits"`) {
		t.Errorf("kept %s", data)
	}
}
