package teatest

import "testing"

// A used emulator shows nothing of what the session before did with it: half a sequence, another screen, another
// window, modes, colours, a cursor somewhere.
func TestTerminalsAreFresh(t *testing.T) {
	t.Parallel()
	for _, left := range []string{"", "text\r\nmore", "\x1b[?1049hother screen\x1b[5;9H", "\x1b[31;7mred\x1b[2;4r\x1b[?7l\x1b[4h", "\x1b]52;c;YWJj", "\x1bP$q", "\x1b(0qqq\x1b[20l"} {
		used := newTerminal(30, 9)
		if _, err := used.Write([]byte(left)); err != nil {
			t.Fatal(err)
		}
		used.done()
		again, unused := newTerminal(12, 3), &terminal{emu: newEmulator(12, 3), stale: true, next: make(chan struct{})}
		for _, x := range []*terminal{again, unused} {
			if _, err := x.Write([]byte("ab\ncd\x1b[?1049hA wide line that wraps 全角\x1b[2;2Hx")); err != nil {
				t.Fatal(err)
			}
		}
		if again.text() != unused.text() {
			t.Errorf("after %q a used emulator shows\n%s\nand a new one\n%s", left, again.text(), unused.text())
		}
		if a, b := again.ink(1, 1), unused.ink(1, 1); a != b {
			t.Errorf("after %q a used emulator writes in %v, a new one in %v", left, a, b)
		}
	}
}
