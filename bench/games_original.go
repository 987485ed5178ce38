package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/dreamlog/dreamlog/producers/environment/textworld"
)

// pythonVariable names a Python that has the original: textworld==1.7.0.
const pythonVariable = "DREAMLOG_TEXTWORLD"

//go:embed games_original.py
var originalScript []byte

// original measures the original on the game that the engine played alone, and
// prints by how much the engine, at these speeds, is faster.
func (b *bench) original(ctx context.Context, entries []textworld.Entry, steps, episodes float64) error {
	python := os.Getenv(pythonVariable)
	if python == "" {
		fmt.Fprintf(b.report.out, "games    the original was left out: %s names no Python with textworld==1.7.0\n", pythonVariable)
		return nil
	}
	file, err := b.gameFile(entries[0])
	if err != nil {
		return err
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, python, "-", fmt.Sprint(b.gameTime().Seconds()*7), file)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(originalScript), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("measure the original with %s: %w: %s", python, err, tail(stderr.String()))
	}
	var found struct{ Steps, Episodes float64 }
	if err := json.Unmarshal(stdout.Bytes(), &found, json.MatchCaseInsensitiveNames(true)); err != nil {
		return fmt.Errorf("measure the original with %s: read its figures: %w", python, err)
	}
	b.report.add("games", "original, one at once", "steps/s", found.Steps)
	b.report.add("games", "original, one at once, reset and 30 steps", "episodes/s", found.Episodes)
	b.report.add("games", "engine against the original, one at once, steps", "times", steps/found.Steps)
	b.report.add("games", "engine against the original, one at once, episodes", "times", episodes/found.Episodes)
	return nil
}

// gameFile writes a game as the original reads it.
func (b *bench) gameFile(e textworld.Entry) (string, error) {
	dir, err := b.scratch("original")
	if err != nil {
		return "", err
	}
	source, err := e.Load()
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(source)
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "game.tw-pddl")
	return file, os.WriteFile(file, data, 0o644)
}

// tail returns the end of what a program complains about.
func tail(text string) string { return text[max(0, len(text)-500):] }

func median(runs []float64) float64 { return quantile(slices.Sorted(slices.Values(runs)), .5) }
