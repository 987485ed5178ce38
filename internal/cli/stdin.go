package cli

import (
	"bufio"
	"context"
	"io"
)

// endable returns a reader of r that ends with ctx, too. Nothing can end a read
// from a terminal or a pipe: the goroutine that is in one then ends with the
// process. Call stop when no more is read.
func endable(ctx context.Context, r io.Reader) (_ io.Reader, stop func()) {
	out, in := io.Pipe()
	go func() {
		_, err := io.Copy(in, bufio.NewReaderSize(r, 1<<16))
		in.CloseWithError(err) // nil is the end of the input
	}()
	watched := context.AfterFunc(ctx, func() { out.CloseWithError(ctx.Err()) })
	return bufio.NewReaderSize(out, 1<<16), func() {
		watched()
		out.Close()
	}
}
