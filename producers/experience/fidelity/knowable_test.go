package fidelity

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
)

// shelves is a room with two shelves, of which each task has its own things.
func shelves(task int) *producers.Recording {
	r := &producers.Recording{EpisodeID: fmt.Sprint("e", task), Task: producers.Task{ID: fmt.Sprint("t", task), Instruction: "look around"}}
	thing := fmt.Sprintf("thing%c 1", 'a'+task)
	state := producers.Observation{Text: "You are in a room. You see shelf 1 and shelf 2.", Admissible: []string{"go to shelf 1", "go to shelf 2"}}
	for i, s := range []struct{ action, next string }{
		{"go to shelf 1", "You arrive at shelf 1. On the shelf 1, you see a " + thing + "."},
		{"go to shelf 2", "You arrive at shelf 2. On the shelf 2, you see nothing."},
		{"go to shelf 1", "You arrive at shelf 1. On the shelf 1, you see a " + thing + "."},
		{"take " + thing, "You take the " + thing + "."},
		{"go to shelf 2", "You arrive at shelf 2. On the shelf 2, you see nothing."},
	} {
		next := producers.Observation{Text: s.next, Admissible: []string{"go to shelf 1", "go to shelf 2"}}
		if i == 0 || i == 2 {
			next.Admissible = append(next.Admissible, "take "+thing)
		}
		r.Steps = append(r.Steps, producers.RecordedStep{EventID: fmt.Sprint(r.EpisodeID, "/", i), Step: int64(i), State: state, Action: s.action, Next: next})
		state = next
	}
	return r
}

func TestKnowableIsWhatNothingHasToBeGuessedOf(t *testing.T) {
	v := LearnVocabulary([]*producers.Recording{shelves(0), shelves(1), shelves(2), shelves(3)})
	require.True(t, v.common["you"])
	require.False(t, v.common["thinga 1"], "one task has it")
	require.False(t, v.common["shelf 1"], "what has a number is a thing, even where all tasks have it")
	require.True(t, v.revealing["on the"])
	require.False(t, v.revealing["you arrive"])

	knowable := func(r *producers.Recording, shown ...producers.Demonstration) (is []bool) {
		s := newShown(v, r.Task.ID)
		s.begin(r)
		for _, d := range shown {
			s.demonstrate(d)
		}
		for i := range r.Steps {
			is = append(is, s.knowable(&r.Steps[i]))
			s.step(&r.Steps[i])
		}
		return is
	}
	fresh := shelves(7)
	require.Equal(t, []bool{false, false, true, true, true}, knowable(fresh),
		"what lies on a shelf has to be guessed at first, that nothing does as well")
	require.Equal(t, []bool{true, false, true, true, true}, knowable(fresh, producers.Demonstration{Recording: fresh, Index: 0}))
	require.Equal(t, []bool{true, true, true, true, true}, knowable(fresh, producers.Demonstration{Recording: fresh, Index: 4}), "a demonstration brings its history")
	require.Equal(t, []bool{false, false, true, true, true}, knowable(fresh, producers.Demonstration{Recording: shelves(2), Index: 4}), "other tasks tell nothing of this one")

	surprised := shelves(8)
	surprised.Steps[3].Next.Admissible = []string{"open chest 5"}
	require.Equal(t, []bool{false, false, true, false, true}, knowable(surprised), "a command about something new")
}

// An answer can tell that there is nothing without a word that is new.
func TestASilentAnswerToAnActionThatExploresHasToBeGuessed(t *testing.T) {
	bare := func(task int) *producers.Recording {
		r := shelves(task)
		for i := range r.Steps {
			if r.Steps[i].Action == "go to shelf 2" && task%4 == 0 {
				r.Steps[i].Next.Text = "You arrive at shelf 2. It is bare."
			}
			if r.Steps[i].Action == "go to shelf 2" && task%4 > 0 {
				r.Steps[i].Next.Text = fmt.Sprintf("You arrive at shelf 2. On the shelf 2, you see a toy%c 1.", 'a'+task)
			}
		}
		return r
	}
	v := LearnVocabulary([]*producers.Recording{bare(0), bare(1), bare(2), bare(3), bare(5), bare(6)})
	require.True(t, v.exploring["go to _"])
	require.False(t, v.exploring["take _"])
	require.False(t, v.revealing["it is"], "one task in six says it")

	r := bare(8)
	s := newShown(v, r.Task.ID)
	s.begin(r)
	require.False(t, s.knowable(&r.Steps[1]), "nobody has been there")
	refused := r.Steps[1]
	refused.State.Admissible, refused.Next.Text = []string{"go to shelf 1"}, "You arrive at shelf 2."
	require.True(t, s.knowable(&refused), "what is not admissible explores nothing")
	s.step(&r.Steps[1])
	require.True(t, s.knowable(&r.Steps[4]), "it was told before")
}

func TestSentencesAndUnits(t *testing.T) {
	require.Equal(t, []string{"You see 1.5 mugs.", "Well!", "So?", "end", "next line"}, sentences("You see 1.5 mugs. Well! So? end\n\n next line \n"))
	require.Empty(t, sentences(" \n "))
	require.Equal(t, []string{"take", "mug 1", "from", "desk 2"}, units("Take mug 1 from desk 2."))
	require.Equal(t, []string{"1", "2 3", "a 4", "5"}[0], units("1 2")[0])
	require.Equal(t, []string{"a 4", "5"}, units("a 4 5"), "one number belongs to a word, no more")
	require.Equal(t, "you see", kindOf("You see: nothing"))
	require.Equal(t, "", kindOf("…"))
}

func FuzzKnowable(f *testing.F) {
	f.Add("You see a mug 1. And 2!", "take mug 1", "On the desk 1, you see nothing.")
	f.Fuzz(func(t *testing.T, text, command, next string) {
		r := &producers.Recording{Steps: []producers.RecordedStep{
			{State: producers.Observation{Text: text, Admissible: []string{command}}, Action: command, Next: producers.Observation{Text: next}},
		}}
		v := LearnVocabulary([]*producers.Recording{r})
		s := newShown(v, "")
		s.demonstrate(producers.Demonstration{Recording: r})
		require.True(t, s.knowable(&r.Steps[0]), "what was shown is knowable")
	})
}
