package textworld

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/wording"
)

// Nothing is the answer to a command that is not possible.
const Nothing = "Nothing happens."

// Answer is what a game says and allows.
type Answer struct {
	Feedback string
	// Admissible are the commands that are possible now, sorted, without
	// repetition; not to be changed.
	Admissible []string
	// Won says whether the goal holds now; it may cease to.
	Won bool
	// Valid says whether the command was possible.
	Valid bool
}

// Play is an attempt at a game. It plays on after the goal is reached. It is
// used by one goroutine at a time.
type Play struct {
	game   *Game
	cursor *ground.Cursor
	facts  wording.Facts
	writer *wording.Writer
	params []wording.Binding // scratch

	actions []int32  // of each command: how many actions of it are possible
	last    []string // the commands of the last answer
	stale   bool     // they have changed since
}

// NewPlay returns an attempt that is yet to be Reset.
func NewPlay(g *Game) *Play {
	return &Play{
		game: g, cursor: g.problem.Cursor(), writer: wording.NewWriter(g.grammar, g.world),
		actions: make([]int32, len(g.commands)),
	}
}

// Reset begins the game anew.
func (p *Play) Reset() (Answer, error) {
	p.cursor.Reset()
	p.facts = p.game.world.Initial(p.facts)
	clear(p.actions)
	for action := range p.cursor.Applicable() {
		p.count(action, true)
	}
	feedback, err := p.writer.Symbol(wording.Intro, p.facts)
	if err != nil {
		return Answer{}, err
	}
	return p.answer(feedback, true)
}

// Step takes a command. One that is not possible changes nothing. After an
// error, which is one of the game's grammar, only Reset may be called.
func (p *Play) Step(command string) (Answer, error) {
	action, err := p.find(strings.TrimFunc(command, isSpace))
	if err != nil {
		return Answer{}, err
	}
	if action < 0 {
		return p.answer(Nothing, false)
	}
	p.cursor.Apply(action, p.count)
	p.game.world.Apply(p.facts, p.game.problem, action)
	p.params = p.game.params(p.params[:0], action)
	feedback, err := p.writer.Feedback(p.schema(action), p.params, p.facts)
	if err != nil {
		return Answer{}, err
	}
	return p.answer(feedback, true)
}

// isSpace says what is stripped from the ends of a command: what Unicode calls
// white space, and the four separators of ASCII.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

func (p *Play) schema(action int) string {
	return p.game.problem.Schemas()[p.game.problem.Schema(action)].Name
}

// count keeps how many actions each command stands for.
func (p *Play) count(action int, possible bool) {
	at := p.game.commandOf[action]
	if possible {
		p.actions[at]++
		p.stale = p.stale || p.actions[at] == 1
	} else {
		p.actions[at]--
		p.stale = p.stale || p.actions[at] == 0
	}
}

// find returns the first possible action of a command, or -1.
func (p *Play) find(command string) (int, error) {
	at, known := slices.BinarySearch(p.game.commands, command)
	known = known && p.actions[at] > 0
	if !known && !p.mayChange() {
		return -1, nil
	}
	for action := range p.cursor.Applicable() {
		switch {
		case p.game.changing[p.game.problem.Schema(action)]:
			written, err := p.command(action)
			if err != nil || written == command {
				return action, err
			}
		case known && p.game.commandOf[action] == int32(at):
			return action, nil
		}
	}
	return -1, nil
}

// mayChange says whether the game has commands that depend on the state.
func (p *Play) mayChange() bool { return slices.Contains(p.game.changing, true) }

// command returns the command of an action in this state.
func (p *Play) command(action int) (string, error) {
	if !p.game.changing[p.game.problem.Schema(action)] {
		return p.game.commands[p.game.commandOf[action]], nil
	}
	return p.writer.Command(p.schema(action), p.game.params(nil, action), p.facts)
}

func (p *Play) answer(feedback string, valid bool) (Answer, error) {
	a := Answer{Feedback: feedback, Won: p.cursor.Won(), Valid: valid}
	var err error
	if p.mayChange() {
		a.Admissible, err = p.writtenAnew()
		return a, err
	}
	if p.stale || p.last == nil {
		p.last = p.possible()
		p.stale = false
	}
	a.Admissible = p.last
	return a, nil
}

// possible returns the commands that have a possible action.
func (p *Play) possible() []string {
	list := make([]string, 0, len(p.last)+16)
	for at, n := range p.actions {
		if n > 0 {
			list = append(list, p.game.commands[at])
		}
	}
	return list
}

// writtenAnew is possible for a game whose commands depend on the state.
func (p *Play) writtenAnew() ([]string, error) {
	var list []string
	for action := range p.cursor.Applicable() {
		command, err := p.command(action)
		if err != nil {
			return nil, err
		}
		list = append(list, command)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
