package main

import "fmt"

// order is what a customer has bought.
type order struct {
	id, item  string
	price     float64
	state     string // processing, shipped or delivered
	days      int    // since it was delivered
	address   string
	refunded  float64
	escalated bool
	cancelled bool
}

// action is a call of a tool of the shop.
type action struct {
	tool    string
	order   string
	amount  float64
	address string
	reason  string
}

// arguments are those of the call, as JSON.
func (a action) arguments() string {
	switch a.tool {
	case "refund":
		return fmt.Sprintf(`{"order": %q, "amount": %.2f}`, a.order, a.amount)
	case "send_to":
		return fmt.Sprintf(`{"order": %q, "address": %q}`, a.order, a.address)
	case "escalate":
		return fmt.Sprintf(`{"order": %q, "reason": %q}`, a.order, a.reason)
	}
	return fmt.Sprintf(`{"order": %q}`, a.order)
}

// shop keeps one order, behind a payment service that is sometimes slow.
type shop struct {
	order order
	slow  bool // the next refund is carried out, and its answer gets lost
}

func newShop(o order) *shop { return &shop{order: o, slow: o.id[len(o.id)-1]%2 == 0} }

// unknown is what a tool answers when it does not know what it did.
const unknown = `{"error": "timeout: the payment service did not answer"}`

// do carries out a call and returns what the tool answers. The tools let
// through what the rules of the shop forbid.
func (s *shop) do(a action) string {
	o := &s.order
	if a.order != o.id {
		return fmt.Sprintf(`{"error": "there is no order %s"}`, a.order)
	}
	switch a.tool {
	case "find_order":
		return fmt.Sprintf(`{"order": %q, "item": %q, "price": %.2f, "state": %q, "days_since_delivery": %d, "refunded": %.2f}`,
			o.id, o.item, o.price, o.state, o.days, o.refunded)
	case "refund":
		o.refunded += a.amount
		if s.slow {
			s.slow = false
			return unknown
		}
		return fmt.Sprintf(`{"ok": true, "refunded": %.2f}`, a.amount)
	case "cancel":
		if o.state != "processing" {
			return fmt.Sprintf(`{"error": "the order is %s"}`, o.state)
		}
		o.cancelled = true
	case "send_to":
		if o.state != "processing" {
			return fmt.Sprintf(`{"error": "the order is %s"}`, o.state)
		}
		o.address = a.address
	case "escalate":
		o.escalated = true
	}
	return `{"ok": true}`
}
