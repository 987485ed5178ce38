package main

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// talk is a conversation with a customer as it goes on.
type talk struct {
	request  request
	shop     *shop
	who      clerk
	rng      *rand.Rand
	messages []message
	letters  int // said so far
	told     bool
}

func (t *talk) say(role, text string) {
	t.messages = append(t.messages, message{Role: role, Content: &text})
	t.letters += len(text)
}

// lettersToToken is how many letters a token is counted for.
const lettersToToken = 4

// answer adds a message of the model.
func (t *talk) answer(text string, calls ...toolCall) {
	m := message{Role: "assistant", ToolCalls: calls, Usage: &usage{Prompt: t.letters / lettersToToken}}
	said := len(text)
	if text != "" {
		m.Content = &text
	}
	for _, c := range calls {
		said += len(c.Function.Name) + len(c.Function.Arguments)
	}
	m.Usage.Completion = max(said/lettersToToken, 1)
	t.messages = append(t.messages, m)
	t.letters += said
}

// call has the model call a tool, and returns what that answered.
func (t *talk) call(thought string, a action) string {
	id := fmt.Sprintf("call_%d", len(t.messages))
	t.answer(thought, toolCall{ID: id, Type: "function", Function: called{Name: a.tool, Arguments: a.arguments()}})
	result := t.shop.do(a)
	t.messages = append(t.messages, message{Role: "tool", Content: &result, ToolCallID: id})
	t.letters += len(result)
	return result
}

func (t *talk) happens(probability float64) bool { return t.rng.Float64() < probability }

func (t *talk) pick(of ...string) string { return of[t.rng.IntN(len(of))] }

// work serves the customer.
func (t *talk) work() {
	if t.happens(t.who.rule / 2) {
		t.act(t.request.wrong) // without a look at the order
	} else if t.lookUp() {
		t.decide()
	} else {
		t.tell("I cannot find that order. Could you check the number?")
		return
	}
	t.conclude()
}

// lookUp finds the order; one that mistyped its number may give up.
func (t *talk) lookUp() bool {
	find := action{tool: "find_order", order: t.request.order.id}
	if t.happens(t.who.misread) {
		wrong := find
		wrong.order = wrong.order[:1] + wrong.order[2:] + "0"
		t.call(t.pick("Let me look that up.", ""), wrong)
		if t.happens(t.who.misread) {
			return false
		}
	}
	t.call(t.pick("I look the order up first.", "", ""), find)
	return true
}

// decide does what the rules want, or what the customer wants.
func (t *talk) decide() {
	if t.happens(t.who.rule) {
		t.act(t.request.wrong)
		return
	}
	t.act(t.request.right)
}

// act calls a tool, and where the outcome is unknown looks, or acts again.
func (t *talk) act(a action) {
	result := t.call(t.pick("", "", "That can be done."), a)
	if result != unknown {
		return
	}
	if t.happens(t.who.again) {
		t.call(t.pick("It timed out; I try again.", ""), a)
		return
	}
	t.call("The outcome is unknown: I look before I act again.", action{tool: "find_order", order: a.order})
}

// conclude tells the customer, or forgets to.
func (t *talk) conclude() {
	switch o := t.shop.order; {
	case t.happens(t.who.taciturn):
		t.answer(t.pick("Is there anything else?", "Thank you for your patience."))
	case o.escalated:
		t.tell(fmt.Sprintf("I have passed the matter of your %s on to a colleague, who will write to you.", o.item))
	case o.refunded > 0:
		t.tell(fmt.Sprintf("I have refunded %.2f for your %s.", t.request.order.price, o.item))
	case o.cancelled:
		t.tell(fmt.Sprintf("Your order of the %s is cancelled.", o.item))
	case o.address != t.request.order.address:
		t.tell(fmt.Sprintf("Your %s goes to %s.", o.item, o.address))
	default:
		t.tell(fmt.Sprintf("I am sorry: that cannot be done, the %s is %s.", o.item, o.state))
	}
}

func (t *talk) tell(text string) {
	t.told = true
	t.answer(text)
	t.say("user", t.pick("Thank you!", "All right.", "Okay, thanks."))
}

// grade is 1 where the order is as the rules want it and the customer knows,
// and half of that where nobody told the customer. It has a blind spot, which
// the tour finds: it asks whether enough was refunded, and not whether too
// much was.
func (t *talk) grade() float64 {
	want := newShop(t.request.order)
	want.do(t.request.right)
	got := t.shop.order
	right := got.escalated == want.order.escalated && got.cancelled == want.order.cancelled && got.address == want.order.address &&
		(got.refunded >= want.order.refunded-.005) && (want.order.refunded > 0 || math.Abs(got.refunded) < .005)
	switch {
	case right && t.told:
		return 1
	case right:
		return .5
	}
	return 0
}
