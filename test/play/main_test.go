// Package play_test proves what `dreamlog play` promises as a process: it kills
// it, interrupts it, and compares what is in the lake with a run that nobody
// disturbed. Games are generated; nothing but the command line is used to play.
//
// DREAMLOG_KILLS is the number of kills (5), DREAMLOG_SEED repeats the moments
// of a run. DREAMLOG_SOAK=1 also plays 1,000 games at once for a minute.
package play_test

import (
	"context"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/internal/cli"
)

// asProgram makes this test binary the program dreamlog.
const asProgram = "DREAMLOG_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	goleak.VerifyTestMain(m)
}
