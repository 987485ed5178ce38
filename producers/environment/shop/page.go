package shop

import (
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// Labels that agents rely on, as in the original.
const (
	backToSearch = "Back to Search"
	previous     = "< Prev"
	next         = "Next >"
	buyNow       = "Buy Now"
	description  = "Description"
	features     = "Features"
	reviews      = "Reviews"
	attributes   = "Attributes"
)

// place is a kind of page.
type place int

const (
	atSearch place = iota
	atResults
	atItem
	atDetails // a page about the item
	atEnd
)

// page is where a session is. It is a value: what changes it makes another.
type page struct {
	place   place
	results []int // of the search, as product indices
	number  int   // of the page of results, from 0
	product int   // index of the item
	details string
	// chosen has the value chosen of each option of the item; empty: none.
	chosen []string
}

// effect is what a click does.
type effect int

const (
	toSearch effect = iota
	toPreviousResults
	toNextResults
	toResults
	toItem
	toDetails
	choose
	buy
)

// button is something to click on.
type button struct {
	label  string
	effect effect
	index  int // of the product to show, or of the option that is chosen
}

// buttons returns what can be clicked on the page, each label once. What is
// admitted is what is understood: both come from it.
func (e *Environment) buttons(p *page) []button {
	switch p.place {
	case atResults:
		return e.resultButtons(p)
	case atItem:
		return itemButtons(&e.catalogue.Products[p.product])
	case atDetails:
		return []button{{label: backToSearch, effect: toSearch}, {label: previous, effect: toItem, index: p.product}}
	}
	return nil
}

func (e *Environment) resultButtons(p *page) []button {
	b := []button{{label: backToSearch, effect: toSearch}}
	if p.number > 0 {
		b = append(b, button{label: previous, effect: toPreviousResults})
	}
	if (p.number+1)*pageSize < len(p.results) {
		b = append(b, button{label: next, effect: toNextResults})
	}
	for _, i := range p.shown() {
		b = append(b, button{e.catalogue.Products[i].ID, toItem, i})
	}
	return b
}

// itemButtons: a value that two options have is chosen of the latter, as in the
// original, and one that is called as a button of the shop cannot be chosen.
func itemButtons(p *catalogue.Product) []button {
	b := []button{{label: backToSearch, effect: toSearch}, {label: previous, effect: toResults}}
	for _, d := range []string{description, features, reviews, attributes} {
		b = append(b, button{label: d, effect: toDetails})
	}
	b = append(b, button{label: buyNow, effect: buy})
	own := len(b)
	for i, o := range p.Options {
		for _, v := range o.Values {
			if _, taken := find(b[:own], v); !taken {
				b = addChoice(b, own, button{v, choose, i})
			}
		}
	}
	return b
}

// addChoice adds a value, in place of one that is called alike.
func addChoice(b []button, own int, choice button) []button {
	for i := own; i < len(b); i++ {
		if strings.EqualFold(b[i].label, choice.label) {
			b[i] = choice
			return b
		}
	}
	return append(b, choice)
}

// shown returns the results that the page shows.
func (p *page) shown() []int {
	from := p.number * pageSize
	return p.results[from:min(from+pageSize, len(p.results))]
}

// find returns the button of a label.
func find(buttons []button, label string) (button, bool) {
	for _, b := range buttons {
		if strings.EqualFold(b.label, label) {
			return b, true
		}
	}
	return button{}, false
}
