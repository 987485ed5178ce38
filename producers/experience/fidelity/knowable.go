package fidelity

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/dreamlog/dreamlog/producers"
)

// Vocabulary tells what an environment always says from what it says of one
// task, and so where the truth had to be guessed. It is learned from the
// recordings that were seen, without any model.
//
// An answer is knowable where
//
//  1. every word of the true next state and of the truly admissible commands is
//     common to the tasks of the environment, or was shown before: in the
//     episode so far, in the action, in the instruction, or in the history and
//     answer of a demonstration of the same task that was given so far;
//  2. every sentence that reveals, such as "On the shelf 3, you see nothing.", has
//     a precedent: a sentence that begins with the same two words, in an answer
//     about the same thing, was shown before;
//  3. an action that explores, such as "go to shelf 3", was taken before, in the
//     episode or in such a history: "The shelf 3 is bare." tells no less of a shelf
//     that nobody has seen than the names of what lies there would.
//
// A number belongs to the word before it ("book 2"). What an answer is about is
// the first word of its first sentence that is not common, else that sentence. A
// sentence reveals where sentences with its first two words often told something
// new, or were often there in one task and not, or not the same, in another when
// an action was taken for the first time. An action explores where actions alike
// but for words that are not common often led to answers that were not knowable by
// 1 and 2 when they were taken for the first time. In open loop a step is knowable
// where it is, and all steps since the start were.
type Vocabulary struct {
	common    map[string]bool
	revealing map[string]bool
	exploring map[string]bool
}

const (
	commonShare    = .75 // of the tasks that a common word occurs in
	newsShare      = .05 // of the sentences of a kind that told something new
	differentShare = .2  // of those of a kind, after an action, that differed
	exploringShare = .5  // of the actions of a kind, taken first, that led to what had to be guessed
	fewRevealing   = 2   // such sentences, and such actions
)

// LearnVocabulary learns from recordings that were seen.
func LearnVocabulary(recordings []*producers.Recording) *Vocabulary {
	v := &Vocabulary{common: map[string]bool{}, revealing: map[string]bool{}, exploring: map[string]bool{}}
	v.learnCommon(recordings)
	t := telling{vocabulary: v, news: map[string]*mean{}, taken: map[string]map[string]bool{}, after: map[saying]map[string]map[string]bool{}}
	for _, r := range recordings {
		t.hear(r)
	}
	for kind, k := range t.news {
		v.revealing[kind] = k.sum >= fewRevealing && k.sum >= newsShare*float64(k.n)
	}
	for kind, k := range t.differences() {
		v.revealing[kind] = v.revealing[kind] || k.sum >= fewRevealing && k.sum >= differentShare*float64(k.n)
	}
	v.learnExploring(recordings)
	return v
}

func (v *Vocabulary) learnCommon(recordings []*producers.Recording) {
	ofTask := map[string]*shown{}
	for _, r := range recordings {
		s := ofTask[r.Task.ID]
		if s == nil {
			s = newShown(v, r.Task.ID)
			ofTask[r.Task.ID] = s
		}
		for i := range r.Steps {
			if i == 0 {
				s.see(&r.Steps[i].State)
			}
			s.step(&r.Steps[i])
		}
	}
	tasks := map[string]int{}
	for _, s := range ofTask {
		for u := range s.units {
			tasks[u]++
		}
	}
	for u, n := range tasks {
		v.common[u] = float64(n) >= commonShare*float64(len(ofTask)) && !numbered(u)
	}
}

// learnExploring learns which kinds of actions explore; none does so far.
func (v *Vocabulary) learnExploring(recordings []*producers.Recording) {
	first := map[string]*mean{}
	for _, r := range recordings {
		if len(r.Steps) == 0 {
			continue
		}
		s := newShown(v, r.Task.ID)
		s.begin(r)
		for i := range r.Steps {
			step := &r.Steps[i]
			if !s.taken[step.Action] && admissible(step) {
				kind := v.alike(step.Action)
				if first[kind] == nil {
					first[kind] = &mean{}
				}
				first[kind].add(share(!s.knowable(step)))
			}
			s.step(step)
		}
	}
	for kind, k := range first {
		v.exploring[kind] = k.sum >= fewRevealing && k.sum >= exploringShare*float64(k.n)
	}
}

// alike returns what an action has in common with others of its kind: its first
// word, and those that are common.
func (v *Vocabulary) alike(action string) string {
	all := units(action)
	for i, u := range all {
		if i > 0 && !v.common[u] {
			all[i] = "_"
		}
	}
	return strings.Join(all, " ")
}

// telling counts what sentences tell, by their kinds.
type telling struct {
	vocabulary *Vocabulary
	// news says how often a sentence told of something new.
	news map[string]*mean
	// taken has the tasks in which an action was taken, and after what was said when
	// it was taken for the first time in an episode, and of which tasks. Only
	// actions that were admissible count: what comes of others says so.
	taken map[string]map[string]bool
	after map[saying]map[string]map[string]bool
}

// saying is a kind of sentence after an action.
type saying struct{ kind, action string }

func (t *telling) hear(r *producers.Recording) {
	if len(r.Steps) == 0 {
		return
	}
	s := newShown(t.vocabulary, r.Task.ID)
	s.begin(r)
	for i := range r.Steps {
		step := &r.Steps[i]
		s.act(step.Action)
		all := sentences(step.Next.Text)
		for _, sentence := range all {
			kind := kindOf(sentence)
			if t.news[kind] == nil {
				t.news[kind] = &mean{}
			}
			t.news[kind].add(share(!s.knows(sentence)))
		}
		if !s.taken[step.Action] && len(units(step.Action)) > 1 && admissible(step) {
			t.note(step.Action, all, r.Task.ID)
		}
		s.step(step)
	}
}

func admissible(s *producers.RecordedStep) bool {
	return s.State.Admissible == nil || slices.Contains(s.State.Admissible, s.Action)
}

func (t *telling) note(action string, said []string, task string) {
	if t.taken[action] == nil {
		t.taken[action] = map[string]bool{}
	}
	t.taken[action][task] = true
	for _, sentence := range said {
		of := saying{kindOf(sentence), action}
		if t.after[of] == nil {
			t.after[of] = map[string]map[string]bool{}
		}
		if t.after[of][sentence] == nil {
			t.after[of][sentence] = map[string]bool{}
		}
		t.after[of][sentence][task] = true
	}
}

// differences says how often a sentence was not what most tasks had after the
// same action: another sentence of its kind, or none.
func (t *telling) differences() map[string]*mean {
	all := map[string]*mean{}
	for of, said := range t.after {
		tasks := len(t.taken[of.action])
		if tasks == 1 {
			continue // it is not to be compared
		}
		most, with := 0, map[string]bool{}
		for _, of := range said {
			most = max(most, len(of))
			maps.Copy(with, of)
		}
		most = max(most, tasks-len(with))
		if all[of.kind] == nil {
			all[of.kind] = &mean{}
		}
		all[of.kind].merge(mean{float64(tasks - most), int64(tasks)})
	}
	return all
}

// shown is what an episode has shown so far.
type shown struct {
	*Vocabulary
	task       string
	units      map[string]bool
	commands   map[string]bool
	taken      map[string]bool
	texts      map[string]bool
	precedents map[precedent]bool
	// demonstrated is how many steps of a recording were taken.
	demonstrated map[*producers.Recording]int
}

// precedent is a kind of sentence in an answer about something.
type precedent struct{ kind, about string }

func newShown(v *Vocabulary, task string) *shown {
	return &shown{
		Vocabulary: v, task: task, units: map[string]bool{}, commands: map[string]bool{}, taken: map[string]bool{}, texts: map[string]bool{},
		precedents: map[precedent]bool{}, demonstrated: map[*producers.Recording]int{},
	}
}

func (s *shown) tell(text string) {
	for _, sentence := range sentences(text) {
		for _, u := range units(sentence) {
			s.units[u] = true
		}
	}
}

// begin takes note of what an episode is told at its start.
func (s *shown) begin(r *producers.Recording) {
	s.tell(r.Task.Instruction)
	s.see(&r.Steps[0].State)
}

// step takes note of an action that is done, and of what came of it.
func (s *shown) step(r *producers.RecordedStep) {
	s.act(r.Action)
	s.taken[r.Action] = true
	s.see(&r.Next)
}

// act takes note of an action that can be done.
func (s *shown) act(action string) {
	if !s.commands[action] {
		s.commands[action] = true
		s.tell(action)
	}
}

func (s *shown) see(o *producers.Observation) {
	for _, c := range o.Admissible {
		s.act(c)
	}
	if s.texts[o.Text] {
		return
	}
	s.texts[o.Text] = true
	s.tell(o.Text)
	about := s.about(o.Text)
	for _, sentence := range sentences(o.Text) {
		s.precedents[precedent{kindOf(sentence), about}] = true
	}
}

// demonstrate takes note of a demonstration, with its history. Those of other
// tasks tell nothing of this one.
func (s *shown) demonstrate(d producers.Demonstration) {
	r := d.Recording
	if r.Task.ID != s.task {
		return
	}
	for i := s.demonstrated[r]; i <= d.Index; i++ {
		if i == 0 {
			s.see(&r.Steps[i].State)
		}
		s.step(&r.Steps[i])
		s.demonstrated[r] = i + 1
	}
}

// knowable says whether nothing of the answer to an action has to be guessed.
func (s *shown) knowable(r *producers.RecordedStep) bool {
	if s.exploring[s.alike(r.Action)] && !s.taken[r.Action] && admissible(r) {
		return false
	}
	s.act(r.Action)
	o := &r.Next
	for _, c := range o.Admissible {
		if !s.commands[c] && !s.knows(c) {
			return false
		}
	}
	about := s.about(o.Text)
	for _, sentence := range sentences(o.Text) {
		kind := kindOf(sentence)
		if !s.knows(sentence) || s.revealing[kind] && !s.precedents[precedent{kind, about}] {
			return false
		}
	}
	return true
}

// knows says whether every word is common or was shown.
func (s *shown) knows(text string) bool {
	for _, sentence := range sentences(text) {
		for _, u := range units(sentence) {
			if !s.common[u] && !s.units[u] {
				return false
			}
		}
	}
	return true
}

// about returns what an answer is about.
func (s *shown) about(text string) string {
	all := sentences(text)
	if len(all) == 0 {
		return ""
	}
	first := units(all[0])
	if i := slices.IndexFunc(first, func(u string) bool { return !s.common[u] }); i >= 0 {
		return first[i]
	}
	return strings.Join(first, " ")
}

// sentences splits a text at line ends, and after full stops, exclamation and
// question marks that are followed by a space.
func sentences(text string) (all []string) {
	for line := range strings.Lines(text) {
		from := 0
		for i := 0; i+1 < len(line); i++ {
			if strings.IndexByte(".!?", line[i]) >= 0 && line[i+1] == ' ' {
				all = appendSentence(all, line[from:i+1])
				from = i + 1
			}
		}
		all = appendSentence(all, line[from:])
	}
	return all
}

func appendSentence(all []string, s string) []string {
	if s = strings.TrimSpace(s); s == "" {
		return all
	}
	return append(all, s)
}

// kindOf a sentence are its first two words.
func kindOf(sentence string) string {
	w := words(sentence)
	return strings.Join(w[:min(2, len(w))], " ")
}

// units are the words of a sentence, a number joined to the word before it.
func units(sentence string) []string {
	all := words(sentence)
	n := 0
	for i, w := range all {
		if i > 0 && isNumber(w) && !isNumber(all[i-1]) {
			all[n-1] += " " + w
			continue
		}
		all[n] = w
		n++
	}
	return all[:n]
}

func numbered(unit string) bool { return strings.IndexFunc(unit, unicode.IsDigit) >= 0 }

func isNumber(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
}
