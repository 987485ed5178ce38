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

// whatever is the context of a question of which only the observation counts,
// atFirst that of one whose answer is the first observation, and nowhere that
// of one that nobody ever answered.
const (
	whatever int32 = -2
	atFirst  int32 = -3
	nowhere  int32 = -4
)

// The ways of asking for a precedent, in the order in which they are tried.
const (
	// askedAtStart: a command without arguments, before anything led elsewhere,
	// tells again a part of the first observation.
	askedAtStart = iota
	askedAfter
	askedHere
	askedAnywhere
	// askedOtherwise: the same command with another verb, which was always answered
	// in the same words.
	askedOtherwise
	askedWays
)

// trusted says which precedents of a frame are followed, by the way of asking;
// and whether what was admitted after the same observation and command is
// admitted again.
type trusted [askedWays + 1]bool

const allowedThen = askedWays

// ask returns the question that a command is, in one of the ways.
func (r *rules) ask(m *memory, c *command, n int32, how int) asked {
	switch how {
	case askedAfter:
		return asked{whatever, n, m.last}
	case askedAnywhere:
		return asked{none, n, statusOf(m, c)}
	case askedAtStart:
		if c.n > 0 || m.context != startContext {
			return asked{context: nowhere}
		}
		return asked{context: atFirst, command: n}
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
func (d *dreamer) remember(n int32, a *actual) {
	c := d.scene.commands[n]
	for how := askedAfter; how < askedOtherwise; how++ {
		d.scene.addAnswer(d.m.Rules.ask(d.memory, &c, n, how), a.text, true)
	}
	d.scene.allowed[d.m.Rules.ask(d.memory, &c, n, askedAfter)] = allowance{own: a.admitted}
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
// frame are trusted, and what was admitted then; nil: that is not known.
func (d *dreamer) precedent(n int32) (text string, then *admitted, known bool) {
	c := d.scene.commands[n]
	if d.view.admittedBefore(d.memory, n) == 0 {
		return "", nil, false
	}
	for how := range askedWays {
		if !d.m.Trusted[c.frame][how] {
			continue
		}
		q := d.m.Rules.ask(d.memory, &c, n, how)
		if text, known := d.answered(n, how); known {
			if d.m.Trusted[c.frame][allowedThen] {
				then = d.scene.allowed[q].of(d.scene)
			}
			return text, then, true
		}
	}
	return "", nil, false
}

// answered returns what is answered by the precedents of a command that are asked
// for in one of the ways.
func (d *dreamer) answered(n int32, how int) (string, bool) {
	c := d.scene.commands[n]
	if how != askedOtherwise {
		text, known := d.scene.answers[d.m.Rules.ask(d.memory, &c, n, how)]
		return text, known
	}
	verb, rest := verbOf(c.text)
	n, known := d.scene.commandOf[d.m.Rules.Twins[verb]+rest]
	if said := d.scene.said[asked{context: none, command: n}]; known && len(said) == 1 {
		return said[0], true
	}
	return "", false
}

// allowance is what was admitted: in this episode, or after a step of a walk.
type allowance struct {
	own  *admitted
	walk *walk
	step int
}

// of returns what was admitted in the words of a scene.
func (a allowance) of(s *scene) *admitted {
	if a.walk == nil {
		return a.own
	}
	there := a.walk.steps[a.step].admitted
	if there == nil {
		return nil
	}
	now := &admitted{}
	for _, n := range there.list {
		now.add(s.command(a.walk.scene.commands[n].text))
	}
	return now
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
