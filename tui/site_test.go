package tui_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/store"
	"oobscope/teatest"
)

const labSite = `schema: oobscope.site/v1
name: lab
zones:
  management: [10.20.4.0/24]
  trust: [198.18.90.0/24]
  internet: ["*"]
vantage: {name: jump1, zone: trust}
targets:
  - {role: bmc, addresses: [10.20.4.0/28]}
defaults: {interzone: drop, intrazone: allow}
`

// emptyMachine is a console without a site and without a run.
func emptyMachine(t *testing.T, e *teatest.Engine, w, h int) *teatest.Session {
	t.Helper()
	cfg := e.Config()
	cfg.Site = nil
	return teatest.Start(t, cfg, w, h).Sees("Nothing was audited yet.", "Three ways on", "nothing is sent before you confirm", "none stored yet")
}

func TestLoadASite(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	e.File("/sites/lab.yaml", []byte(labSite))
	e.File("/sites/broken.yaml", []byte(strings.Replace(labSite, "drop", "deny", 1)))
	s := emptyMachine(t, e, 80, 24)
	s.Press("o").Sees("Load a site file", "nothing is sent", "/sites/broken.yaml", "/sites/lab.yaml")
	s.Type("/s").Press("tab").Sees("File  /sites/", "lab.yaml").Type("l").Press("tab").Sees("File  /sites/lab.yaml")
	s.Press("enter").Sees("Ready. Nothing was sent yet", "lab is loaded: 14 hosts", "lab  /sites/lab.yaml", "14 hosts")
	// A broken one says where and changes nothing.
	s.Press(":").Type("site /sites/broken.yaml").Press("enter")
	s.Sees("✗ The site file is not sound", `/sites/broken.yaml:10:23: defaults.interzone: found "deny"`, "What is safe", "stays", "What to do").Press("esc")
	s.Sees("lab  /sites/lab.yaml", "14 hosts")
	s.Press("o").Type("/nowhere").Press("tab").Sees("Nothing to complete.").Press("enter").Sees("✗ There is no such file", "Check the name").Press("esc")
	s.Press("o").Press("enter").Sees("Name a file.").Press("esc").Misses("Name a file.")
	s.Press("o").Send(tea.PasteMsg{Content: " /sites/lab.yaml\n"}).Press("enter").Sees("lab is loaded")
	s.Press("r").Sees("Start this run?", "14 hosts").Press("enter")
	e.Launched()
	s.Sees("RUN: sending packets").Press("1", "o").Misses("Load a site file")
	s.Press(":").Type("site /sites/lab.yaml").Press("enter").Sees("Not while a run is on: stop it first.")
}

// Another site takes the run of the first off the screen, and its file is given back.
func TestAnotherSiteClearsTheScreen(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	e.File("lab.yaml", []byte(labSite))
	s := teatest.Start(t, e.Config(), 100, 30)
	s.Sees("dc1").Press("r").Sees("enter: yes").Press("enter")
	e.Launched().Finish()
	s.Sees("The run ended").Press("1").Sees("deviations from the policy")
	e.HasOpen(1)
	s.Press("o").Type("lab.yaml").Press("enter").Sees("Ready. Nothing was sent yet", "lab  lab.yaml").Misses("deviations from the policy")
	e.HasOpen(0)
	s.Press("8").Sees("01JD").Press("enter").Sees("Run 01JD0000000000000000000001 is on screen.", "deviations from the policy")
}

func TestWriteASite(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	e.File("taken.yaml", []byte("x"))
	s := emptyMachine(t, e, 80, 24)
	s.Press("w").Sees("Write a site file", "We are          jump1", "Our address     10.20.9.9", "Our zone        trust", "A short name for this site")
	s.Type("new site").Press("tab").Sees("✗ Site: found \"new site\"").Type("10.20.9.0/24").Press("tab").Sees("Our zone        management") // we lie among them
	s.Press("shift+tab").Sees("Addresses and prefixes of the management controllers").Press("shift+tab")
	for range len(" site") {
		s.Press("backspace")
	}
	s.Press("tab").Sees("new.yaml").Misses("✗ Site").Press("down", "down", "down", "down", "down").Sees("What the firewall does between zones")
	s.Type("r").Sees("Between zones   reject").Press("right").Sees("Between zones   allow").Press("left", "left").Sees("Between zones   drop").Type("z").Sees("Between zones   drop")
	s.Press("tab", "tab", "tab").Type("10.20.9.250").Press("tab").Sees("✗ Never assigned: found \"10.20.9.250\"", "Where to write it")
	s.Press("enter").Sees("▸ Never assigned").Press("esc").Sees("Three ways on") // what was typed is kept
	s.Press("w").Sees("▸ Never assigned", "10.20.9.250")
	for range len("10.20.9.250") {
		s.Press("backspace")
	}
	s.Type("10.20.8.250").Press("tab")
	for range len("new.yaml") {
		s.Press("backspace")
	}
	s.Type("taken.yaml").Press("enter").Sees("✗ write taken.yaml: file already exists")
	for range len("taken.yaml") {
		s.Press("backspace")
	}
	s.Type("new.yaml").Press("enter")
	// The judge has the last word: this machine does not stand where the file says.
	s.Sees("✗ The run could not be planned", "lies in zone internet, but", "Correct what is named above in the site file").Press("esc")
	site, err := audit.ReadSite("new.yaml", e.Written("new.yaml"))
	if err != nil || site.Name != "new" || site.Interzone != "drop" || site.Vantage.Zone != "management" || len(site.Probe.Canaries) != 1 {
		t.Errorf("wrote %+v, %v:\n%s", site, err, e.Written("new.yaml"))
	}
	s.Press("w").Sees("▸ Site", "A short name") // the next one begins anew
	s.Type("dc9").Press("tab").Type("10.20.7.0/24").Press("tab", "tab", "tab")
	for range len("10.20.9.9") {
		s.Press("backspace")
	}
	s.Type("198.18.90.10").Press("tab", "tab", "tab", "tab", "tab").Sees("▸ Never assigned").Press("tab", "enter").Sees("dc9 is loaded: 254 hosts", "Ready. Nothing was sent yet")
}

// The form holds in every window that the console takes, in both languages.
func TestSiteFormHoldsInSmallWindows(t *testing.T) {
	t.Parallel()
	for lang, title := range map[string]string{"en": "Write a site file", "ja": "サイトファイルを書く"} {
		e := teatest.NewEngine(t)
		cfg := e.Config()
		cfg.Site, cfg.Lang = nil, lang
		s := teatest.Start(t, cfg, 60, 16).Sees("d  ")
		s.Press("w").Sees(title, "▸ ", "jump1").Misses("drop").Press("up", "tab", "tab", "tab", "tab", "tab", "tab", "tab").Sees(title, "drop", "trust").Misses("jump1")
		s.Press("esc", "o").Misses(title).Press("esc")
	}
}

func TestDemoFromInside(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := emptyMachine(t, e, 80, 24)
	s.Press("d").Sees("Start the simulated segment?", "No packet leaves the machine", "own store is not touched", "enter: yes").Press("esc").Sees("Three ways on")
	s.Press("d").Sees("enter: yes").Press("enter")
	r := e.Launched()
	s.Sees("RUN: sending packets", "SIMULATED SEGMENT", "Probes")
	r.Finish()
	s.Sees("The run ended", "complete").Press("r").Sees("Start this run?") // only the first follows at once
	s.Press("esc", "1").Sees("deviations from the policy").Press("d").Misses("Start the simulated segment?")

	e = teatest.NewEngine(t)
	e.Refuse["demo"] = errors.New("bind 127.0.0.1: address in use")
	s = emptyMachine(t, e, 80, 24)
	s.Press("d").Sees("enter: yes").Press("enter").Sees("✗ The simulated segment did not start", "address in use", "Nothing was sent.").Press("enter").Sees("Three ways on")
}

// Each kind of failure has a page of its own that says what happened, what is safe and what to do.
func TestPagesSayWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		sees []string
	}{
		"locked":    {fmt.Errorf("/s/runs/x.db: %w by process 4242 (oobscope); waited 1s", store.ErrLocked), []string{"✗ It is in use by another program", "process 4242 (oobscope)", "goes on undisturbed", "Close it there"}},
		"damaged":   {fmt.Errorf("/s/runs/x.db: %w: a record of 3 bytes", store.ErrDamaged), []string{"✗ The file is damaged", "a record of 3 bytes", "Only what is named above is affected", "oobscope store salvage"}},
		"gone":      {fmt.Errorf("run x: %w", store.ErrNotFound), []string{"✗ It is not in the store any more", "Nothing was changed."}},
		"forbidden": {fmt.Errorf("open /s: %w", fs.ErrPermission), []string{"✗ It may not be read by this user", "Make it readable"}},
		"newer":     {fmt.Errorf("/s/runs/x.db: %w (schema 9)", store.ErrNewer), []string{"✗ It was written by a newer oobscope", "schema 9", "Open it with the program that wrote it"}},
		"full":      {fmt.Errorf("write /s/runs/x.db: %w", syscall.ENOSPC), []string{"✗ The disk is full", "Nothing was changed.", "prune deletes old runs", "cut short with R"}},
		"other":     {errors.New("out of cheese"), []string{"✗ The run could not be opened", "out of cheese", "Choose another run"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := teatest.NewEngine(t)
			e.Refuse["open"] = c.err
			s := teatest.Start(t, withFakes(e.Config(), storedActions(e)), 80, 24).Sees("screen overview")
			s.Press("o").Sees(append(c.sees, "What happened", "What is safe", "What to do")...).Press("esc").Sees("screen overview")
		})
	}
}

// What could not be read before the console opened is a page, not a line above it that the screen has covered.
func TestTroublesOfTheStart(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	cfg := e.Config()
	cfg.Troubles = []error{errors.New("kit broken@1.0.0: broken.yaml:3:1: rules: found text"), errors.New("the stored site is not used: dc1:1:1: zones")}
	for range 30 {
		cfg.Troubles = append(cfg.Troubles, errors.New("another kit"))
	}
	s := teatest.Start(t, cfg, 80, 24)
	s.Sees("✗ Something could not be read at the start", "broken.yaml:3:1", "the stored site is not used", "j/k: scroll").Misses("What to do")
	s.Press("G").Sees("What to do", "Import the kit again").Press("esc").Sees("Overview", "Ready.")
}

func TestUnreadRunsAreSaidOnce(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	e.Refuse["runs"] = errors.New("/s/runs/x.db: damaged: a tail")
	cfg := e.Config()
	cfg.Site = nil
	s := teatest.Start(t, cfg, 80, 24)
	s.Sees("✗ Some of the store could not be read", "a tail").Press("esc").Sees("Three ways on", "! 1 stored run could not be read")
	s.Press("d").Sees("enter: yes").Press("enter")
	e.Launched().Finish()
	s.Sees("The run ended").Misses("✗ Some of the store")
}

func TestSmallWindowSaysWhatIsSafe(t *testing.T) {
	t.Parallel()
	s := teatest.Start(t, teatest.NewEngine(t).Config(), 50, 14)
	s.Sees("The window is 50x14; oobscope needs 60x16.", "Nothing is lost", "Make the window larger")
}

// Plain mode has the same ways: a command loads a site, and the form is a dialogue of one line each.
func TestPlainFirstRun(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	e.File("lab.yaml", []byte(labSite))
	cfg := e.Config()
	cfg.Site = nil
	d := teatest.Talk(t, cfg)
	d.Hears("Nothing was audited yet.", "See it work: 64 simulated controllers").Say("site lab.yaml").Hears("lab is loaded: 14 hosts")
	d.Say("site nowhere.yaml").Hears("There is no such file", "Check the name").Say("close")
	d.Say("write_site").Hears("Write a site file").Say("dc2").Hears("Controllers").Say("10.20.7.0/28").Hears("Their zone").Say("close")
	d.Say("demo").Hears("Start the simulated segment?").Say("yes")
	r := e.Launched()
	r.Finish()
	d.Hears("The run ended:", "deviations").Say("quit")
	if err := d.Ended(); err != nil {
		t.Error(err)
	}
}
