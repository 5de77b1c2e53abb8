// Package mask takes the addresses out of a picture: each becomes letters of the same width, the same ones
// for the same address as long as the program runs, so that hosts can still be told apart.
//
// It looks at the finished picture and not at the data, because addresses come from everywhere: targets,
// banners, certificates, errors, what the user types. When in doubt it masks: a version number too many is a
// blemish, an address too few is a leak.
package mask
