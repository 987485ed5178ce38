package household

import (
	"bytes"
	"context"
	_ "embed" // for the rules and the wording
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
)

//go:embed domain.pddl
var domain string

//go:embed grammar.twl
var grammar string

const (
	// mostDraws is how often a game is drawn before it is given up.
	mostDraws = 20
	// drawsInRoom is how many of them are in the same room.
	drawsInRoom = 5
)

// Game is a game that can be won.
type Game struct {
	Split Split
	Kind  Kind
	// Path is where the game belongs below a folder of games, with slashes:
	// split, task and room, trial, and game.tw-pddl.
	Path string
	// Instruction is the task in words.
	Instruction string
	// Walkthrough is a way to win, as commands.
	Walkthrough []string
	// Text is the file.
	Text []byte
	// Redrawn is how many draws before it could not be certified.
	Redrawn int
}

// Maker makes games. It is safe for concurrent use.
type Maker struct {
	home *home
	// walkthrough certifies a game: it returns commands that win. errUnfit says
	// that another should be drawn in its place.
	walkthrough func(context.Context, gameFile) ([]string, error)
}

// NewMaker returns a maker of games.
func NewMaker() *Maker { return &Maker{home: newHome(), walkthrough: newCertifier().walkthrough} }

// gameFile is the format of a game.
type gameFile struct {
	Domain      string   `json:"pddl_domain"`
	Grammar     string   `json:"grammar"`
	Problem     string   `json:"pddl_problem"`
	Walkthrough []string `json:"walkthrough,omitempty"`
	Solvable    bool     `json:"solvable"`
}

// encode returns the file's bytes: always the same for the same game.
func (f gameFile) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(f)
	return b.Bytes(), err
}

// Game makes game number index of a split, counted from 0. The same split, seed
// and index make the same game, byte by byte. Kinds take turns by the index,
// and the rooms of a kind do so as well.
func (m *Maker) Game(ctx context.Context, split Split, seed int64, index int) (Game, error) {
	kind := Kinds()[index%len(Kinds())]
	turn := index / len(Kinds())
	rooms := m.home.errands[split][kind]
	order := newDice("rooms", split, seed, kind).Perm(len(rooms))
	var last error
	for draw := range mostDraws {
		room := rooms[order[(turn+draw/drawsInRoom)%len(order)]]
		dice := newDice("game", split, seed, index, draw)
		g, err := m.draw(ctx, room, fmt.Sprintf("trial_%d_%d", seed, index), split, dice)
		if err == nil {
			g.Redrawn = draw
			return g, nil
		}
		if !errors.Is(err, errUnfit) {
			return Game{}, fmt.Errorf("make game %d of %s with seed %d: %w", index, split, seed, err)
		}
		last = err
	}
	return Game{}, fmt.Errorf("make game %d of %s with seed %d: none of %d draws is fit to play, the last: %w",
		index, split, seed, mostDraws, last)
}

// draw makes a game of one of the tasks in a room, and certifies it.
func (m *Maker) draw(ctx context.Context, e errands, trial string, split Split, dice *rand.Rand) (Game, error) {
	t := pick(dice, e.tasks)
	s := setScene(e.room, t, m.home.things, dice)
	g := Game{
		Split: split, Kind: t.kind, Instruction: s.instruction,
		Path: path.Join(string(split), t.signature()+"-"+e.room.name(), trial, "game.tw-pddl"),
	}
	wording, err := s.wording()
	if err != nil {
		return Game{}, err
	}
	file := gameFile{Domain: domain, Grammar: wording, Problem: s.problem(trial), Solvable: true}
	if g.Walkthrough, err = m.walkthrough(ctx, file); err != nil {
		return Game{}, err
	}
	file.Walkthrough = g.Walkthrough
	g.Text, err = file.encode()
	return g, err
}

// wording is the grammar with the task's sentence.
func (s *scene) wording() (string, error) {
	rule, err := json.Marshal(map[string]any{
		"task": []map[string]string{{"rhs": "Your task is to: " + s.instruction}},
	})
	return fmt.Sprintf("%s\ngrammar :: \"\"\"\n    %s\n\"\"\";\n", grammar, rule), err
}
