package scripted

import "slices"

// path follows a walkthrough through an environment that it may have been
// pushed off by random steps. It holds to these rules, the first that gives an
// action:
//
//  1. A random step is taken back, if something new is admissible that looks as
//     if it did that: see detour. One attempt for each.
//  2. The next step of the walkthrough is taken when it is admissible.
//  3. Else the walkthrough is taken up further back: at the last step before
//     that is admissible now, going on from there. What is not admissible on
//     the way to the pending step is left out: it has its effect still.
//  4. A step that is impossible even then is left out as well, and one who
//     comes to the end without having solved the task begins again.
//
// Where nothing of the walkthrough is admissible there is no action.
type path struct {
	steps []string
	// next is the step to take, of those up to pending, the first that was never
	// taken. They differ after the walkthrough was taken up further back.
	next, pending int
	// back says that this was done for the pending step.
	back    bool
	detours []detour
}

// intent is what the path would do.
type intent struct {
	action string // empty: nothing
	step   int    // index of the step; -1: it takes a detour back
}

// intend returns how the path goes on where these actions are admissible.
func (p *path) intend(admissible []string) intent {
	if action := p.comeBack(admissible); action != "" {
		return intent{action, -1}
	}
	for range len(p.steps) + 1 {
		if i := p.onward(admissible); i >= 0 {
			return intent{p.steps[i], i}
		}
		p.leaveOut()
	}
	return intent{}
}

// onward returns the step to take on the way to the pending one, by rules 2 and
// 3; -1: none.
func (p *path) onward(admissible []string) int {
	for i := p.next; i <= p.pending; i++ {
		if slices.Contains(admissible, p.steps[i]) {
			return i
		}
	}
	if p.back {
		return -1
	}
	for i := p.pending - 1; i >= 0; i-- {
		if slices.Contains(admissible, p.steps[i]) {
			return i
		}
	}
	return -1
}

// leaveOut goes on behind the pending step.
func (p *path) leaveOut() {
	p.pending = (p.pending + 1) % len(p.steps)
	p.next, p.back = p.pending, false
}

// took follows what was done in place of the intent, or after it.
func (p *path) took(action string, meant intent, admissible []string) {
	switch {
	case meant.action == "":
	case action != meant.action:
		p.detours = append(p.detours, detour{action: action, before: admissible})
	case meant.step < 0:
		p.detours[len(p.detours)-1].tried = true
	case meant.step == p.pending:
		p.leaveOut() // it is done
	default:
		p.back = p.back || meant.step < p.next
		p.next = meant.step + 1
	}
}
