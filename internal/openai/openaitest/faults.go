package openaitest

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// Cut begins an answer that promises more bytes than come.
func Cut() Reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "4000")
		_, _ = fmt.Fprint(w, `{"choices":[{"message":{"role":"assistant","content":"Action: go`)
		panic(http.ErrAbortHandler)
	}
}

// CutChunked begins an answer of chunks that has no last one.
func CutChunked() Reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		begin(w)
		panic(http.ErrAbortHandler)
	}
}

// Slow waits before it gives a reply.
func Slow(wait time.Duration, reply Reply) Reply {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(wait):
			reply(w, r)
		case <-r.Context().Done():
		}
	}
}

// Never reads a request and answers nothing.
func Never() Reply {
	return func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
}

// Stalled begins an answer and does not go on.
func Stalled() Reply {
	return func(w http.ResponseWriter, r *http.Request) {
		begin(w)
		<-r.Context().Done()
	}
}

// Endless sends a chunk at every interval, for ever.
func Endless(interval time.Duration) Reply {
	return func(w http.ResponseWriter, r *http.Request) {
		begin(w)
		for {
			select {
			case <-time.After(interval):
				_, _ = fmt.Fprint(w, "and on ")
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			}
		}
	}
}

// begin sends the beginning of an answer in a chunk.
func begin(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprint(w, `{"choices":[{"message":{"role":"assistant","content":"`)
	w.(http.Flusher).Flush()
}

// Reset breaks the connection.
func Reset() Reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // so that the other side sees a reset, not an end
		}
		_ = conn.Close()
	}
}

// Redirect sends the client elsewhere.
func Redirect(location string) Reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}
}
