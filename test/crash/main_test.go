// Package crash_test kills what lands, again and again, with SIGKILL: at every
// named step of the protocol and at random moments, while events are produced,
// compacted and collected. After each kill it lands in peace and holds the lake
// to the books.
//
// DREAMLOG_KILLS is the number of kills (25), DREAMLOG_SEED repeats the plan
// of a run.
package crash_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(envRole); role != "" {
		os.Exit(beChild(role))
	}
	goleak.VerifyTestMain(m)
}
