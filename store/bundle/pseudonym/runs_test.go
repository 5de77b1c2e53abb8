package pseudonym

import (
	"testing"

	"oobscope/audit"
)

// A run names others: the one whose flows it asked again, and the one that it was compared with. They are renamed as
// the run itself is, wherever they stand, and the run that was handed in stays as it was.
func TestRunsThatARunNames(t *testing.T) {
	t.Parallel()
	const own, other = "01JD0000000000000000000002", "01JD0000000000000000000001"
	x, err := New(make([]byte, 32), realRun(t).Scope.Site, nil)
	if err != nil {
		t.Fatal(err)
	}
	in := audit.Run{ID: own, Again: other, Since: &audit.RunDrift{Against: other, New: 3}}
	out := x.run(in)
	if out.ID == own || out.Again == other || out.Since.Against == other {
		t.Errorf("a run keeps its name: %+v, since %+v", out, out.Since)
	}
	if want := x.run(audit.Run{ID: other}).ID; out.Again != want || out.Since.Against != want || out.Since.New != 3 {
		t.Errorf("named %q and %q, want %q", out.Again, out.Since.Against, want)
	}
	if in.Since.Against != other {
		t.Error("the run that was handed in was changed")
	}
	if again := x.run(audit.Run{ID: own}); again.Again != "" || again.Since != nil {
		t.Errorf("a run that names none names %q", again.Again)
	}
}
