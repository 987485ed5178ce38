package analytics

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// DuckDB's memory limit covers its buffers, not the texts and lists that
// functions make. Two fences stand around these: functions that make much from
// little are bounded, and a query during which the process grows far beyond
// the limit is stopped. Both are for mistakes; against a stranger only a
// process of its own with a limit of the operating system helps.

// maxMade is the most that one call of a bounded function makes: characters,
// or items of a list.
const maxMade = 16 << 20

// defineBounds puts macros before functions of the same name.
func (s *Session) defineBounds(ctx context.Context) error {
	for _, f := range []struct{ name, parameters, made string }{
		{"repeat", "(value, count)", "len(value) * count"},
		{"lpad", "(value, count, fill)", "count"},
		{"rpad", "(value, count, fill)", "count"},
		{"list_resize", "(value, count)", "count"},
		{"array_resize", "(value, count)", "count"},
	} {
		if err := s.db.Exec(ctx, "CREATE MACRO "+f.name+bounded(f.name, f.parameters, f.made)); err != nil {
			return fmt.Errorf("bound function %s: %w", f.name, err)
		}
	}
	for _, name := range []string{"range", "generate_series"} {
		err := s.db.Exec(ctx, "CREATE MACRO "+name+
			bounded(name, "(stop)", "stop")+", "+
			bounded(name, "(start, stop)", "stop - start")+", "+
			bounded(name, "(start, stop, step)", "(stop - start) / step"))
		if err != nil {
			return fmt.Errorf("bound function %s: %w", name, err)
		}
	}
	return nil
}

// bounded is a macro around DuckDB's own function that fails where made, what
// it would make, is too much.
func bounded(name, parameters, made string) string {
	return fmt.Sprintf("%s AS CASE WHEN %s > %d THEN error('%s makes at most %d characters or items') ELSE system.main.%s%s END",
		parameters, made, maxMade, name, maxMade, name, parameters)
}

// watchEvery is how often a query's memory is looked at.
const watchEvery = 20 * time.Millisecond

// watchMemory ends ctx when the process has grown by more than twice the limit
// since. It needs Linux; elsewhere it watches nothing.
func watchMemory(ctx context.Context, limitBytes int64) (watched context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	start := residentBytes()
	if start == 0 {
		return ctx, func() { cancel(nil) }
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if residentBytes()-start > 2*limitBytes {
				cancel(fmt.Errorf("it took more than twice the memory limit of %d MiB", limitBytes>>20))
				return
			}
		}
	}()
	return ctx, func() { cancel(nil); <-done }
}

// residentBytes is the memory of this process; 0 where it cannot be told.
func residentBytes() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(statm))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
