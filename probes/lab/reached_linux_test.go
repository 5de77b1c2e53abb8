package lab

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// reached is the truth table with the exchange that reached each cell first.
type reached struct {
	mu    sync.Mutex
	cells map[string][columnEnd]string
}

func (r *reached) add(class string, c column, exchange string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cells == nil {
		r.cells = map[string][columnEnd]string{}
	}
	row := r.cells[class]
	if row[c] == "" {
		row[c] = exchange
		r.cells[class] = row
	}
}

// report prints the table and fails for every cell that no packet reached.
func (r *reached) report(t *testing.T) {
	t.Helper()
	var out strings.Builder
	missing := 0
	for _, class := range order {
		for c := allow; c < columnEnd; c++ {
			exchange := r.cells[class][c]
			if exchange == "" {
				missing++
				exchange = "NOT REACHED"
			}
			fmt.Fprintf(&out, "%-17s %-16s %s\n", class, c, exchange)
		}
	}
	t.Logf("the truth table, with the exchange that reached each cell:\n%s", out.String())
	if missing > 0 {
		t.Errorf("%d cells of the truth table were not reached by packets", missing)
	}
}
