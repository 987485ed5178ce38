package textworld

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"github.com/dreamlog/dreamlog/producers"
)

// Name is that of the environment of every task.
const Name = "textworld"

// Environment plays a set of games. It is safe for concurrent use.
type Environment struct {
	options  Options
	entries  []Entry
	byID     map[string]Entry
	compiler *Compiler
	games    *cache

	mu    sync.Mutex
	tasks []producers.Task // nil: not listed yet
}

// Open lists the games of a set and returns the environment of them. Games are
// made ready when they are played.
func Open(o Options) (*Environment, error) {
	entries, err := ReadSet(o.Games, o.Split)
	if err != nil {
		return nil, err
	}
	o.CacheGames = cmp.Or(o.CacheGames, defaultCacheGames)
	e := &Environment{options: o, entries: entries, byID: map[string]Entry{}, compiler: NewCompiler(o.Limits)}
	for _, entry := range entries {
		e.byID[entry.ID] = entry
	}
	e.games = newCache(o.CacheGames, e.compile)
	return e, nil
}

// Tasks lists the games in the order of the set. A game that is damaged is
// listed without a version: to Reset to it is the error.
func (e *Environment) Tasks(ctx context.Context) ([]producers.Task, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.tasks != nil {
		return slices.Clone(e.tasks), nil
	}
	tasks := make([]producers.Task, 0, len(e.entries))
	for _, entry := range e.entries {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("list the games in %s: %w", e.options.Games, err)
		}
		version, _ := e.version(entry)
		tasks = append(tasks, producers.Task{ID: entry.ID, Environment: Name, EnvironmentVersion: version, Split: entry.Split})
	}
	e.tasks = tasks
	return slices.Clone(tasks), nil
}

// taskSymbol is the symbol of the sentence that is a game's own.
const taskSymbol = "task"

// version names the rules and the wording of a game: games that differ in the
// world, the goal and the sentence of the task have the same.
func (e *Environment) version(entry Entry) (string, error) {
	s, err := entry.Load()
	if err != nil {
		return "", err
	}
	domain, grammar, err := e.compiler.common(s)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(s.Domain + "\x00" + grammar.Fingerprint(taskSymbol)))
	return domain.Name + "-" + hex.EncodeToString(sum[:6]), nil
}

// compile makes a game ready.
func (e *Environment) compile(ctx context.Context, id string) (*Game, error) {
	entry, known := e.byID[id]
	if !known {
		return nil, fmt.Errorf("no game %s in %s", id, e.options.Games)
	}
	s, err := entry.Load()
	if err != nil {
		return nil, err
	}
	g, err := e.compiler.Compile(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("game %s in %s: %w", id, entry.Origin, err)
	}
	return g, nil
}

// Open returns a session.
func (e *Environment) Open(context.Context) (producers.Session, error) {
	return &session{environment: e}, nil
}

// Close has nothing to free: games go when nobody holds them.
func (e *Environment) Close() error { return nil }
