package lifted

import "github.com/dreamlog/dreamlog/producers"

// walk is a recording taken apart.
type walk struct {
	scene *scene
	task  string
	start []int32 // commands admitted at the beginning; nil where they are unknown
	first string  // the first observation
	steps []walked
}

// walked is a step of a walk.
type walked struct {
	command  int32
	text     string
	reading  reading
	admitted *admitted // after the step; nil where unknown
	event    int32     // of the action; see events
	id       string    // of its event
}

// newWalk notes entities and commands of a recording; nothing is read yet.
func newWalk(x *lexicon, r *producers.Recording) *walk {
	w := &walk{scene: newScene(x, r.Task.Instruction), task: r.Task.ID}
	for i := range r.Steps {
		step := &r.Steps[i]
		if i == 0 {
			w.first = w.scene.text(step.State.Text)
			if step.State.Admissible != nil {
				w.start = w.scene.admitted(step.State.Admissible).list
			}
		}
		taken := walked{command: w.scene.command(step.Action), text: w.scene.text(step.Next.Text), id: step.EventID}
		if step.Next.Admissible != nil {
			taken.admitted = w.scene.admitted(step.Next.Admissible)
		}
		w.steps = append(w.steps, taken)
	}
	return w
}
