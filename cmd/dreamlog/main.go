// Command dreamlog keeps the experience of LLM agents; see package cli.
package main

import (
	"context"
	"os"
	"runtime/debug"

	"github.com/dreamlog/dreamlog/internal/cli"
)

// gcPercent is lower than Go's 100: landing holds some hundred megabytes of
// rows for a moment and then none of them, and memory that waits to be
// collected costs more than collecting it. $GOGC still decides where it is set.
const gcPercent = 50

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
