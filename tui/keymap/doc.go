// Package keymap names everything that a key can do and says which keys do it. The one table here makes what
// the console does with a key, its footer, its help and its palette.
//
// A screen knows its own default keys and no others: a key that the user chose is turned into the default key
// of the same action before the screen sees it. So no screen has to know of a config file.
//
// It must never perform anything; it reads no file and knows no screen but by its name.
package keymap
