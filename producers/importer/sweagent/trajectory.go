package sweagent

import (
	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// step is one element of a trajectory.
type step struct {
	importer.Step
	response string
	query    []chat.Message // the exact prompt; nil: not recorded
}

// readSteps reads the trajectory; nil when there is none.
func readSteps(o *chat.Object) []step {
	list := o.Objects("trajectory")
	if list == nil {
		return nil
	}
	steps := make([]step, len(list))
	for i, s := range list {
		s.Require(s.Has("action"), "action")
		steps[i].Action = command(s.Text("action"))
		steps[i].Thought = thought(s.Text("thought"))
		if observation := s.Text("observation"); observation != nil {
			steps[i].NextState = *observation
		}
		if response := s.Text("response"); response != nil {
			steps[i].response = *response
		}
		steps[i].query = s.Messages("", "query")
		steps[i].Info = s.Rest()
	}
	return steps
}

// useTrajectory replaces the steps that were read from the history by those of
// the trajectory, and its calls where the trajectory has the exact prompts.
func useTrajectory(e *importer.Episode, steps []step, c chat.Conversation) {
	answers := answers(c.Messages)
	state := ""
	if len(e.Steps) > 0 {
		state = e.Steps[0].State
	}
	matched := match(steps, answers)
	if requests := requestsOf(steps, answers, matched); requests != nil {
		e.Calls = nil
		chat.Record(e, requests, c)
		for i := range matched {
			matched[i] = i
		}
	}
	e.Steps = make([]importer.Step, len(steps))
	for i := range steps {
		e.Steps[i] = steps[i].Step
		e.Steps[i].State = state
		state = steps[i].NextState
		if matched[i] >= 0 {
			e.Steps[i].Calls = []int{matched[i]}
		}
	}
	numberCalls(e)
}

// numberCalls says of each call which step it served.
func numberCalls(e *importer.Episode) {
	for i := range e.Calls {
		e.Calls[i].Step = nil
	}
	for i := range e.Steps {
		number := int64(i)
		for _, c := range e.Steps[i].Calls {
			e.Calls[c].Step = &number
		}
	}
}

// match finds for each step the answer that it followed: the next one that
// says the same; -1 where there is none.
func match(steps []step, answers []chat.Message) []int {
	matched := make([]int, len(steps))
	next := 0
	for i := range steps {
		matched[i] = -1
		for k := next; k < len(answers); k++ {
			if len(steps) == len(answers) || answers[k].Text == steps[i].response {
				matched[i], next = k, k+1
				break
			}
		}
	}
	return matched
}

// requestsOf returns the recorded requests; nil unless every step has its
// prompt.
func requestsOf(steps []step, answers []chat.Message, matched []int) []chat.Request {
	requests := make([]chat.Request, len(steps))
	for i := range steps {
		if steps[i].query == nil {
			return nil
		}
		requests[i].Prompt = steps[i].query
		if matched[i] >= 0 {
			requests[i].Answer = answers[matched[i]]
		} else {
			requests[i].Answer = chat.Say(chat.Assistant, chat.Quote(steps[i].response))
		}
	}
	return requests
}
