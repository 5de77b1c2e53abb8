package bundle

import (
	"bytes"
	"fmt"
	"io"
)

// blockSize is the unit of a tar file (POSIX.1-1988, ustar).
const blockSize = 512

// header is the one ustar header that a member of that name and size has: mode 0600, no owner, the time zero. Since
// there is no other, a reader compares instead of parsing, and no byte of it can be changed unseen.
func header(name string, size int64) []byte {
	h := make([]byte, blockSize)
	put := func(at int, s string) { copy(h[at:], s) }
	put(0, name) // at most 100 bytes: all our names are shorter
	put(100, "0000600\x00")
	put(108, "0000000\x00")
	put(116, "0000000\x00")
	put(124, fmt.Sprintf("%011o\x00", size))
	put(136, "00000000000\x00")
	put(148, "        ")
	h[156] = '0'
	put(257, "ustar\x0000")
	sum := 0
	for _, b := range h {
		sum += int(b)
	}
	put(148, fmt.Sprintf("%06o\x00 ", sum))
	return h
}

// padding is how many zeros follow a member of that size.
func padding(size int64) int64 { return (blockSize - size%blockSize) % blockSize }

// tarWriter writes members one after the other.
type tarWriter struct {
	w   io.Writer
	err error
}

func (t *tarWriter) member(name string, size int64, content io.Reader) {
	if t.err != nil {
		return
	}
	if _, t.err = t.w.Write(header(name, size)); t.err != nil {
		return
	}
	var n int64
	if n, t.err = io.Copy(t.w, content); t.err == nil && n != size {
		t.err = fmt.Errorf("write %s: %d bytes came, %d were announced", name, n, size)
	}
	t.zeros(padding(size))
}

func (t *tarWriter) zeros(n int64) {
	if t.err == nil {
		_, t.err = t.w.Write(make([]byte, n))
	}
}

// close writes the end of the file.
func (t *tarWriter) close() error {
	t.zeros(2 * blockSize)
	return t.err
}

// tarReader reads a bundle from front to end.
type tarReader struct {
	r  io.ReaderAt
	at int64
}

// size is what the header at hand says, if it is the header of a member of that name.
func (t *tarReader) size(name string, limit int64) (int64, error) {
	h, err := t.block()
	if err != nil {
		return 0, err
	}
	var size int64
	for _, c := range h[124:135] {
		if c < '0' || c > '7' {
			return 0, changed("%s is missing", name)
		}
		size = size<<3 | int64(c-'0')
	}
	switch {
	case !bytes.HasPrefix(h, append([]byte(name), 0)):
		return 0, changed("%s is missing", name)
	case size > limit:
		return 0, changed("%s has %d bytes, at most %d are possible", name, size, limit)
	}
	t.at -= blockSize
	return size, nil
}

// next moves to the content of a member of that name and size, and tells where it begins.
func (t *tarReader) next(name string, size int64) (from int64, err error) {
	h, err := t.block()
	if err != nil {
		return 0, err
	}
	if !bytes.Equal(h, header(name, size)) {
		return 0, changed("the header of %s is not as it was written", name)
	}
	from = t.at
	t.at += size
	pad := make([]byte, padding(size))
	if err := t.fill(pad); err != nil {
		return 0, err
	}
	if !zero(pad) {
		return 0, changed("something stands behind %s", name)
	}
	return from, nil
}

// end checks that the file ends here.
func (t *tarReader) end() error {
	tail := make([]byte, 2*blockSize)
	if err := t.fill(tail); err != nil {
		return err
	}
	if n, err := t.r.ReadAt(make([]byte, 1), t.at); !zero(tail) || n > 0 {
		return changed("something stands behind its end")
	} else if err != nil && err != io.EOF {
		return err
	}
	return nil
}

func (t *tarReader) block() ([]byte, error) {
	b := make([]byte, blockSize)
	return b, t.fill(b)
}

func (t *tarReader) fill(b []byte) error {
	n, err := t.r.ReadAt(b, t.at)
	t.at += int64(n)
	switch {
	case n == len(b):
		return nil
	case err == io.EOF:
		return changed("it ends after %d bytes", t.at)
	}
	return err
}

func zero(b []byte) bool { return len(bytes.TrimLeft(b, "\x00")) == 0 }
