// Package mask takes the addresses and the names of hosts out of a picture: each becomes letters of the same width, the
// same ones for the same address or name as long as the program runs, so that hosts can still be told apart.
//
// An address is known by its looks. A name looks like any other word, so whoever draws says which words are names: those
// of the site, and those that certificates, banners and answers gave away.
//
// It looks at the finished picture and not at the data, because addresses come from everywhere: targets,
// banners, certificates, errors, what the user types. When in doubt it masks: a version number too many is a
// blemish, an address too few is a leak.
package mask
