// Command bench measures Dreamlog on this machine: landing, rounds, planning,
// freshness, recovery and the views. It prints a table to stdout and writes
// the same as JSON beside it. Nothing here is a test: the figures of a shared
// machine are noisy, so each is measured several times and shown with its
// spread.
//
//	go run ./bench                    every item but fidelity
//	go run ./bench fidelity           experience models against recorded environments
//	go run ./bench land rounds        some of them
//	go run ./bench -quick             a tenth of the data
//	go run ./bench -brokers HOST:PORT landing from a Kafka cluster
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// item is one thing to measure.
type item struct {
	name, about string
	run         func(ctx context.Context, b *bench) error
}

var items = []item{
	{"land", "records/s and peak memory of landing a topic of JSON and of Avro events", benchLand},
	{"path", "produce, land and query the same events", benchPath},
	{"rounds", "a round of 100 events after 10, 1,000 and 5,000 rounds; planning; recovery", benchRounds},
	{"fresh", "acknowledged to visible, at 2,000 events/s", benchFresh},
	{"views", "the views on 1,000,000 transitions against one sorted Parquet file", benchViews},
	{"games", "the engine of text games alone, and the original beside it ($DREAMLOG_TEXTWORLD)", benchGames},
	{"embedding", "phi, and the nearest of 200,000 steps: time, memory, recall", benchEmbedding},
	{"play", "text games played into the lake, with 1, 4 and 1,000 workers", benchPlay},
	{"dream", "dreams of text games, end to end, by experience model and demonstrations", benchDream},
	{"fidelity", "experience models against recorded environments ($DREAMLOG_TESTDATA); -corpora NAME,… for some of them", benchFidelity},
}

// apart is the item that is run only where it is named: it measures models, not
// this machine.
const apart = "fidelity"

// bench is one run of the program.
type bench struct {
	dir     string
	brokers []string
	quick   bool
	repeat  int
	corpora []string
	// mistakes is how many kinds of mistakes item fidelity tells.
	mistakes int
	report   *report
}

// scaled returns n, or a tenth of it in a quick run.
func (b *bench) scaled(n int) int {
	if b.quick {
		return n / 10
	}
	return n
}

// scratch returns an empty directory of that name.
func (b *bench) scratch(name string) (string, error) {
	dir := filepath.Join(b.dir, name)
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o755)
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == landChild {
		os.Exit(runLandChild(os.Args[2:]))
	}
	var b bench
	var brokers, corpora string
	flag.IntVar(&b.mistakes, "mistakes", 0, "tell so many kinds of mistakes for each row of item fidelity")
	flag.StringVar(&corpora, "corpora", "", "recorded environments for item fidelity, by name; default all")
	flag.StringVar(&b.dir, "dir", filepath.Join(os.TempDir(), "dreamlog-bench"), "directory for data; emptied")
	flag.StringVar(&brokers, "brokers", "", "Kafka cluster for item land, HOST:PORT,…; default the embedded broker")
	flag.BoolVar(&b.quick, "quick", false, "a tenth of the data")
	flag.IntVar(&b.repeat, "repeat", 3, "how often each figure is measured")
	out := flag.String("json", filepath.Join("bench", "out", "results.json"), "file for the figures as JSON")
	flag.Parse()
	if brokers != "" {
		b.brokers = strings.Split(brokers, ",")
	}
	if corpora != "" {
		b.corpora = strings.Split(corpora, ",")
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := b.run(ctx, flag.Args(), *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context, names []string, out string) error {
	b.report = newReport(os.Stdout)
	for _, it := range items {
		if named := slices.Contains(names, it.name); !named && (it.name == apart || len(names) > 0) {
			continue
		}
		fmt.Fprintf(os.Stderr, "== %s: %s\n", it.name, it.about)
		if err := it.run(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", it.name, err)
		}
	}
	return b.report.write(out)
}
