package bench

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
)

// profileTo writes what the scanner does to files that begin with that name: .cpu, .allocs, .block and .mutex. It
// returns what ends the profiles. An empty name means none.
func profileTo(name string) (end func()) {
	if name == "" {
		return func() {}
	}
	f, err := os.Create(name + ".cpu")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return func() {}
	}
	if os.Getenv("BENCH_BLOCK") != "" { // it costs time of its own
		runtime.SetBlockProfileRate(10_000)
		runtime.SetMutexProfileFraction(10)
	}
	_ = pprof.StartCPUProfile(f)
	return func() {
		pprof.StopCPUProfile()
		f.Close()
		for _, kind := range []string{"allocs", "block", "mutex"} {
			f, err := os.Create(name + "." + kind)
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				return
			}
			_ = pprof.Lookup(kind).WriteTo(f, 0)
			f.Close()
		}
	}
}
