package bench

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
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
	if after, err := time.ParseDuration(os.Getenv("BENCH_HEAP")); err == nil { // what is held in the middle of it
		time.AfterFunc(after, func() { lookAtHeap(name + ".heap") })
	}
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

// lookAtHeap writes what the scanner holds at this moment, and says how much of it are stacks.
func lookAtHeap(name string) {
	f, err := os.Create(name)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer f.Close()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Fprintf(os.Stderr, "%d goroutines; heap %d MB, stacks %d MB, from the system %d MB\n",
		runtime.NumGoroutine(), m.HeapAlloc>>20, m.StackInuse>>20, m.Sys>>20)
	_ = pprof.Lookup("heap").WriteTo(f, 0)
}
