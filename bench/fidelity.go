package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/copy"
	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
	"github.com/dreamlog/dreamlog/producers/experience/lifted"
	"github.com/dreamlog/dreamlog/producers/experience/retrieval"
)

// corpus is recorded experience of one environment, with some of it held out.
type corpus struct {
	name string
	// fit is what is always seen, seen are further episodes of the tasks that are
	// measured by, and held the other episodes of those: known tasks to a model
	// that has seen seen, unseen ones to one that has not.
	fit, seen, held []*producers.Recording
}

// corpora in the order that they are measured.
var corpora = []struct {
	name string
	load func(ctx context.Context, b *bench) (*corpus, error)
}{
	{"alfworld", alfworldCorpus},
	{"household", householdCorpus},
	{"coin", expressCorpus("coin")},
	{"cookingworld", expressCorpus("cookingworld")},
	{"mapreader", expressCorpus("mapreader")},
	{"twc", expressCorpus("twc")},
	{"shop", shopCorpus},
}

// demonstrated are the numbers of demonstrations that are measured.
var demonstrated = []int{0, 1, 5}

// benchFidelity measures the experience models that need no server against
// recorded answers of real environments, and prints a table for each.
func benchFidelity(ctx context.Context, b *bench) error {
	for _, c := range corpora {
		if len(b.corpora) > 0 && !slices.Contains(b.corpora, c.name) {
			continue
		}
		corpus, err := c.load(ctx, b)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if corpus == nil {
			fmt.Fprintf(os.Stderr, "%s: no recordings here; set DREAMLOG_TESTDATA\n", c.name)
			continue
		}
		if err := b.fidelity(ctx, corpus); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (b *bench) fidelity(ctx context.Context, c *corpus) error {
	rows, err := c.measure(ctx, os.Stdout, demonstrated, b.mistakes)
	if err != nil {
		return err
	}
	if err := fidelity.WriteTable(os.Stdout, rows); err != nil {
		return err
	}
	fmt.Println()
	fmt.Fprintln(&b.report.markdown, "###", c.name)
	writeMarkdown(&b.report.markdown, rows)
	fmt.Fprintln(&b.report.markdown)
	b.report.fidelity = append(b.report.fidelity, corpusRows{c.name, rows})
	return nil
}

// corpusRows is what was measured by a corpus.
type corpusRows struct {
	Corpus string         `json:"corpus"`
	Rows   []fidelity.Row `json:"rows"`
}

// measure holds copy and lifted against what is held out. Of the mistakes of
// lifted it tells so many.
func (c *corpus) measure(ctx context.Context, progress io.Writer, ks []int, told int) (rows []fidelity.Row, err error) {
	for _, setting := range []string{fidelity.Known, fidelity.Unseen} {
		seen := c.fit
		if setting == fidelity.Known {
			seen = slices.Concat(c.fit, c.seen)
		}
		start := time.Now()
		fitted, err := lifted.Fit(ctx, lifted.All(seen), lifted.Options{Seed: 1})
		if err != nil {
			return nil, err
		}
		took := time.Since(start)
		retriever, err := retrieval.New(ctx, seen, retrieval.Options{})
		if err != nil {
			return nil, err
		}
		won, wrong := newWins(seen), mistakes{}
		options := fidelity.Options{Seed: 1, Workers: runtime.NumCPU(), Vocabulary: fidelity.LearnVocabulary(seen), Observe: func(p fidelity.Pair) error {
			wrong.observe(p)
			return won.observe(p)
		}}
		fmt.Fprintf(progress, "%s, %s: fitted to %d episodes, %d steps in %.1f s; measured by %d episodes, %d steps\n",
			c.name, setting, len(seen), steps(seen), took.Seconds(), len(c.held), steps(c.held))
		for _, model := range []producers.ExperienceModel{copy.New(), fitted} {
			for _, k := range ks {
				subject := fidelity.Subject{Model: model, Retriever: retriever, K: k, Setting: setting}
				of, err := fidelity.Measure(ctx, subject, c.held, options)
				if err != nil {
					return nil, err
				}
				rows = append(rows, of...)
			}
		}
		won.write(progress)
		wrong.write(progress, told)
	}
	return rows, nil
}

func steps(recordings []*producers.Recording) (n int) {
	for _, r := range recordings {
		n += len(r.Steps)
	}
	return n
}
