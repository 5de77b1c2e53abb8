package views

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestHostPictures(t *testing.T) {
	t.Parallel()
	t.Run("faking", func(t *testing.T) { requirePictures(t, openHost("198.18.1.10"), endedState, "j", "j") })
	t.Run("waiting", func(t *testing.T) { requirePictures(t, openHost("198.18.1.27"), liveState) })
	t.Run("unknown", func(t *testing.T) { requirePictures(t, openHost("203.0.113.1"), endedState) })
	t.Run("not_chosen", func(t *testing.T) { requirePictures(t, func() Screen { return NewHost() }, endedState) })
}

func TestHostHoldsEverySize(t *testing.T) {
	t.Parallel()
	requireLongHosts(t, openHost("198.18.1.11"))
	requireLongHosts(t, openHost("2001:db8:20:0:a1b2:c3d4:e5f6:1003"))
}

func TestHostKeys(t *testing.T) {
	t.Parallel()
	s := endedState()
	requireSteps(t, openHost("198.18.1.3")(), s, []step{
		{"enter", Action{Kind: Goto, To: "evidence", Arg: "14"}},
		{"u", Action{Kind: Goto, To: "rule", Arg: "0"}},
		{"j", Action{}}, {"down", Action{}},
		{"y", Action{Kind: Copy, Arg: "1 line", Text: "2\texposed\t\treject\topen_proto\t198.18.1.3\tslp\tudp/427\tslp\ttrust\tmanagement"}},
		{"G", Action{}}, {"enter", Action{Kind: Goto, To: "evidence", Arg: "20"}},
		{"u", Action{}}, {"x", Action{}},
	})
	requireSteps(t, openHost("203.0.113.1")(), s, []step{{"enter", Action{}}, {"y", Action{}}, {"j", Action{}}})
	requireSteps(t, openHost("198.18.1.3")(), emptyState(), []step{{"enter", Action{}}, {"y", Action{}}})
}

// A host that no gate lets us test still has its lines, and they say why there is no evidence.
func TestHostListsWhatCannotBeTested(t *testing.T) {
	t.Parallel()
	s := largeState(20)
	h := openHost("10.0.0.5")()
	text := ansi.Strip(h.Render(s, 120, 40))
	if !strings.Contains(text, "– not tested") || !strings.Contains(text, "1/13") {
		t.Errorf("the line that cannot be tested is missing:\n%s", text)
	}
	h.Press(s, "G")
	if a := h.Press(s, "enter"); a.Kind != None || !strings.Contains(a.Text, "we do not stand in a source zone of the rule") {
		t.Errorf("%+v", a)
	}
}

func TestHostFollowsTheRunOnScreen(t *testing.T) {
	t.Parallel()
	s := liveState()
	h := openHost("198.18.1.27")()
	if text := ansi.Strip(h.Render(s, 80, 24)); !strings.Contains(text, "under way") {
		t.Errorf("the host is being probed, but it says:\n%s", text)
	}
	other := endedState()
	if text := ansi.Strip(h.Render(other, 80, 24)); !strings.Contains(text, "done") {
		t.Errorf("the other run has the host done, but it says:\n%s", text)
	}
}
