package embedded_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
)

// A child process runs a broker on a directory and produces to it. What it
// prints are promises: the parent holds the log to them.
const (
	childRole = "DREAMLOG_TEST_CHILD"
	childDir  = "DREAMLOG_TEST_DIR"

	roleProduce = "produce" // until it is killed
	roleTrim    = "trim"    // the same, and trims
	roleLimited = "limited" // until no file may grow any more

	// fileLimit is below the size of a segment, so that a write fails in the
	// middle of one.
	fileLimit = 700 << 10
)

// child starts the test binary again in a role.
func child(t *testing.T, role, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childRole+"="+role, childDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, bufio.NewScanner(out)
}

func runChild(role string) {
	if err := produceForever(role); err != nil {
		fmt.Printf("failed %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
	}
}

func produceForever(role string) error {
	ctx := context.Background()
	if role == roleLimited {
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: fileLimit, Max: fileLimit}); err != nil {
			return err
		}
	}
	broker, err := embedded.Start(ctx, embedded.Options{Dir: os.Getenv(childDir), MaxBytes: smallLog, Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		return err
	}
	log, err := eventlog.Open(ctx, eventlog.Config{Brokers: []string{broker.Addr()}})
	if err != nil {
		return err
	}
	producer, err := log.NewProducer(eventlog.ProducerConfig{DeliveryTimeout: 2 * time.Second, BatchBytes: 64 << 10})
	if err != nil {
		return err
	}
	for sequence := int64(1); ; {
		for range rand.IntN(300) {
			if err := producer.Produce(ctx, keyOf(sequence), valueOf(sequence), nil, time.Time{}); err != nil {
				return err
			}
			sequence++
		}
		if err := producer.Flush(ctx); err != nil {
			return err
		}
		fmt.Printf("acked %s %d %s\n", producer.ID(), sequence-1, formatOffsets(producer.Acked()))
		if role == roleTrim && rand.IntN(4) == 0 {
			if err := trimHalf(ctx, log); err != nil {
				return err
			}
		}
	}
}

func trimHalf(ctx context.Context, log *eventlog.Log) error {
	offsets, err := log.Offsets(ctx)
	if err != nil {
		return err
	}
	for _, p := range offsets {
		if p.End == 0 {
			continue
		}
		if err := log.Trim(ctx, p.Partition, (p.Start+p.End)/2); err != nil {
			return err
		}
	}
	return nil
}

func keyOf(sequence int64) []byte   { return fmt.Appendf(nil, "key-%d", sequence%16) }
func valueOf(sequence int64) []byte { return fmt.Appendf(nil, "%d %01000d", sequence, sequence) }

func formatOffsets(next map[int]int64) string {
	var parts []string
	for p, offset := range next {
		parts = append(parts, fmt.Sprintf("%d:%d", p, offset))
	}
	return strings.Join(parts, ",")
}

// promises is what children have said is on the log.
type promises struct {
	sequences map[string]int64 // by producer, the last acknowledged one
	ends      map[int]int64    // by partition
	failure   string
}

func newPromises() promises {
	return promises{sequences: make(map[string]int64), ends: make(map[int]int64)}
}

// take reads one line of a child. A line that a kill cut off promises nothing.
func (p *promises) take(t *testing.T, line string) {
	t.Helper()
	kind, rest, _ := strings.Cut(line, " ")
	if kind == "failed" {
		p.failure = rest
		return
	}
	var producer, offsets string
	var last int64
	if n, _ := fmt.Sscanf(line, "acked %s %d %s", &producer, &last, &offsets); n != 3 {
		return
	}
	p.sequences[producer] = last
	for pair := range strings.SplitSeq(offsets, ",") {
		partition, offset, _ := strings.Cut(pair, ":")
		number, err := strconv.Atoi(partition)
		require.NoError(t, err)
		end, err := strconv.ParseInt(offset, 10, 64)
		require.NoError(t, err)
		p.ends[number] = max(p.ends[number], end)
	}
}
