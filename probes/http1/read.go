package http1

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"

	"oobscope/probes/tls"
)

// bannerLimit is how much is read of an answer that is not HTTP.
const bannerLimit = 128

// readHead reads an answer up to the empty line behind its head, and not one byte further: what follows
// may be a secret. An answer that does not begin like HTTP is read to the end of its first line or TLS
// alert, bannerLimit at most, since whoever sent it may now wait for us; if blind, to the first byte that
// differs. more is called once, behind the first byte.
func readHead(r io.Reader, blind bool, more func()) (raw []byte, err error) {
	const start = "HTTP/"
	one := make([]byte, 1)
	limit := MaxHead
	for len(raw) < limit {
		if _, err = io.ReadFull(r, one); err != nil {
			return raw, err
		}
		if raw = append(raw, one[0]); len(raw) == 1 {
			more()
		}
		switch n := len(raw); {
		case limit == MaxHead && n <= len(start) && raw[n-1] != start[n-1]:
			if blind {
				return raw, errNotHTTP
			}
			if limit = bannerLimit; bannerEnds(raw) {
				return raw, nil
			}
		case limit == MaxHead && headEnds(raw), limit == bannerLimit && bannerEnds(raw):
			return raw, nil
		}
	}
	return raw, nil
}

// headEnds tells whether raw ends with the empty line behind a head.
func headEnds(raw []byte) bool {
	n := len(raw)
	if n < 2 || raw[n-1] != '\n' {
		return false
	}
	return raw[n-2] == '\n' || n >= 3 && raw[n-2] == '\r' && raw[n-3] == '\n'
}

// bannerEnds tells whether what is not HTTP has come to an end that its sender may wait behind.
func bannerEnds(raw []byte) bool {
	_, _, alert := tls.Alert(raw)
	return alert || raw[len(raw)-1] == '\n'
}

// readBody reads a body of at most limit bytes. whole tells whether it ended where it should.
func readBody(r *bufio.Reader, h *Head, method string, limit int) (body []byte, whole bool) {
	if method == http.MethodHead || h.Status == http.StatusNoContent || h.Status == http.StatusNotModified {
		return nil, true
	}
	var src io.Reader = r
	length, fixed := h.Length()
	switch {
	case h.Chunked():
		src = httputil.NewChunkedReader(r)
	case fixed:
		src = io.LimitReader(r, length)
	}
	body, err := io.ReadAll(io.LimitReader(src, int64(limit)+1))
	if len(body) > limit {
		return body[:limit], false
	}
	if fixed && !h.Chunked() {
		return body, int64(len(body)) == length
	}
	// Old TLS stacks close without a close_notify; a body that runs to the end is as whole as it gets.
	return body, err == nil || errors.Is(err, io.ErrUnexpectedEOF) && !h.Chunked()
}
