package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/schema"
)

// landChild is the argument under which this program lands a topic as a
// process of its own, so that its peak memory can be told.
const landChild = "land-child"

func benchLand(ctx context.Context, b *bench) error {
	for _, content := range []string{schema.ContentJSON, schema.ContentAvro} {
		if err := landTopic(ctx, b, content); err != nil {
			return err
		}
	}
	return nil
}

// landTopic fills a topic once and lands it several times, each time into an
// empty lake.
func landTopic(ctx context.Context, b *bench, content string) (err error) {
	kind := strings.TrimPrefix(content, "application/")
	brokers, stop, err := b.cluster(ctx, "log-"+kind)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	topic := fmt.Sprintf("bench-%s-%d.experience", kind, time.Now().UnixMilli())
	log, err := eventlog.Open(ctx, eventlog.Config{Brokers: brokers, Topic: topic})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	n := b.scaled(1_000_000)
	seconds, err := fill(ctx, log, newGenerator(1), 0, n, content)
	if err != nil {
		return err
	}
	b.report.add("land", "produce "+kind+" (1 KB)", "records/s", float64(n)/seconds)
	var rates, peaks []float64
	for range b.repeat {
		seconds, peak, err := landOnce(ctx, b, brokers, topic)
		if err != nil {
			return err
		}
		rates, peaks = append(rates, float64(n)/seconds), append(peaks, peak)
	}
	b.report.add("land", "land "+kind+" (1 KB)", "records/s", rates...)
	b.report.add("land", "land "+kind+", peak memory of the process", "MB", peaks...)
	return nil
}

// cluster returns the cluster to measure with, or an embedded broker.
func (b *bench) cluster(ctx context.Context, name string) (brokers []string, stop func() error, err error) {
	if len(b.brokers) > 0 {
		return b.brokers, func() error { return nil }, nil
	}
	dir, err := b.scratch(name)
	if err != nil {
		return nil, nil, err
	}
	broker, err := embedded.Start(ctx, embedded.Options{Dir: dir, MaxBytes: 8 << 30, NoSync: true})
	if err != nil {
		return nil, nil, err
	}
	return []string{broker.Addr()}, broker.Close, nil
}

// landOnce lands the topic in a process of its own. The seconds count from
// the first fetch to the last snapshot, as the child takes them.
func landOnce(ctx context.Context, b *bench, brokers []string, topic string) (seconds, peakMB float64, err error) {
	dir, err := b.scratch("lake")
	if err != nil {
		return 0, 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return 0, 0, err
	}
	child := exec.CommandContext(ctx, self, landChild, "-data", filepath.Join(dir, "data"), "-brokers", strings.Join(brokers, ","), "-topic", topic)
	child.Stderr = os.Stderr
	out, err := child.Output()
	if err != nil {
		return 0, 0, fmt.Errorf("landing process: %w", err)
	}
	if _, err := fmt.Sscan(string(out), &seconds); err != nil {
		return 0, 0, err
	}
	usage := child.ProcessState.SysUsage().(*syscall.Rusage)
	return seconds, float64(usage.Maxrss) / 1024, nil
}

func runLandChild(args []string) int {
	flags := flag.NewFlagSet(landChild, flag.ExitOnError)
	data, brokers, topic := flags.String("data", "", ""), flags.String("brokers", "", ""), flags.String("topic", "", "")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	debug.SetGCPercent(50) // as cmd/dreamlog sets it
	ctx := context.Background()
	a, err := app.Create(ctx, app.Config{Data: *data, Brokers: strings.Split(*brokers, ","), Topic: *topic})
	if err == nil {
		start := time.Now()
		_, err = a.Land(ctx, app.LandOptions{})
		fmt.Println(time.Since(start).Seconds())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
