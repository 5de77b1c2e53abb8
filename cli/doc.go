// Package cli is the command line: one file for each subcommand, flags, wiring, exit codes and signals.
//
// It never judges, probes or draws by itself. Results go to standard output, everything else to standard
// error; the exit codes are those that the documents promise.
package cli
