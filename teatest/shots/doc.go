// Package shots turns a frame of the console into what a terminal shows of it, and keeps many such pictures in
// one readable file: each text once, and beside it, for each way to show colour, which ink lies on which cells.
//
// It must know no screen and no program: whoever draws a frame hands it in. Tests alone may import it.
package shots
