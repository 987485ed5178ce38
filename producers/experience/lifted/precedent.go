package lifted

import (
	"hash/fnv"
	"io"
)

// Precedents are answers in their very words: what a command was answered after
// the same observation, or, here or elsewhere, when what it names had been
// through the same. They serve where
// wording hides what an answer depends on, and only for frames for which they
// were right more often than the rules (see fitter.judge).

// asked is a question that was answered.
type asked struct {
	context int32 // none: wherever it was asked; whatever: that does not matter
	command int32
	status  int64
}

// whatever is the context of a question of which only the observation counts.
const whatever int32 = -2

// The ways of asking for a precedent, in the order in which they are tried.
const (
	askedAfter = iota
	askedHere
	askedAnywhere
	askedWays
)

// trusted says which precedents of a frame are followed.
type trusted [askedWays]bool

// ask returns the question that a command is, in one of the ways.
func (r *rules) ask(m *memory, c *command, n int32, how int) asked {
	switch how {
	case askedAfter:
		return asked{whatever, n, m.last}
	case askedAnywhere:
		return asked{none, n, statusOf(m, c)}
	}
	return asked{m.context, n, statusOf(m, c)}
}

// textHash stands for an observation.
func textHash(text string) int64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, text)
	return int64(h.Sum64())
}

// statusOf says what a command's arguments have been through.
func statusOf(m *memory, c *command) int64 {
	status := int64(0)
	p := m.page(m.place)
	for _, e := range c.args[:c.n] {
		if about, _ := p.find(e); about != nil {
			status = mix(status, int64(about.status))
		} else {
			status = mix(status, int64(m.look(e).last.event))
		}
	}
	return status
}

// remember notes an answer.
func (d *dreamer) remember(n int32, text string) {
	c := d.scene.commands[n]
	for how := range askedWays {
		d.scene.addAnswer(d.m.Rules.ask(d.memory, &c, n, how), text, true)
	}
}

// manner returns how a command was answered before in the context, in words as
// near as can be to those that the rules lead to.
func (d *dreamer) manner(n int32, text string) (string, bool) {
	c := d.scene.commands[n]
	if !d.m.Trusted[c.frame][askedHere] || d.view.admittedBefore(d.memory, n) == 0 {
		return "", false
	}
	q := d.m.Rules.ask(d.memory, &c, n, askedHere)
	q.status = 0
	return nearest(text, d.scene.said[q])
}

// precedent returns how a command was answered before, where precedents of its
// frame are trusted.
func (d *dreamer) precedent(n int32) (string, bool) {
	c := d.scene.commands[n]
	if d.view.admittedBefore(d.memory, n) == 0 {
		return "", false
	}
	for how, followed := range d.m.Trusted[c.frame] {
		if !followed {
			continue
		}
		if text, known := d.scene.answers[d.m.Rules.ask(d.memory, &c, n, how)]; known {
			return text, true
		}
	}
	return "", false
}

// seenAnswer is an answer that a recording shows.
type seenAnswer struct {
	step    int
	context seenContext
	command int32
	status  int64
	after   int64 // the observation before
}

// seenContext names a context in the words of a recording: by its place, else by
// the command that led there; none: the start.
type seenContext struct{ place, command int32 }
