// Package store keeps what a person would miss: imported kits, site files, runs and their observations.
//
// A store is a folder. index.db holds kits, sites, settings and the list of runs and is open only for the
// length of one transaction. Each run has its own file in runs/, so that a console left open blocks nobody,
// deleting a run gives the disk back, and damage to one file costs one run. A run file is written by one
// process at a time; the system drops its lock when that process dies, however it dies.
//
// It never judges and never draws, and it believes no byte that it reads back: a file may be cut short,
// damaged, or handed over by a stranger.
package store
