package webshop

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// Goals below testGoals are for the final test, those below devGoals for
// choosing between agents, and the rest for training, as in the paper.
const (
	testGoals = 500
	devGoals  = 1500
	maxGoals  = 2_000_000 // of one data set
)

// goals makes the goals of the instructions, in the original's order: by
// product, then shuffled with its seed. Synthetic ones are made for every
// combination of the product's options.
func goals(products []catalogue.Product, written map[int][]instruction, synthetic bool) ([]catalogue.Goal, error) {
	var all []catalogue.Goal
	for i := range products {
		for n, in := range written[i] {
			if len(in.Attributes) == 0 {
				continue
			}
			bound := catalogue.PriceBound(drawn(products[i].ID, n+1), products[i].Price)
			g := catalogue.Goal{Product: i, Attributes: in.Attributes, PriceUpper: bound}
			if synthetic {
				all = append(all, combined(g, in.Text, products[i].Options, maxGoals-len(all)+1)...)
			} else {
				g.Options = in.Options
				g.Instruction = catalogue.WithBound(strings.Trim(in.Text, "."), bound)
				all = append(all, g)
			}
			if len(all) > maxGoals {
				return nil, fmt.Errorf("they are more than %d; read fewer products, or add items_human_ins.json", maxGoals)
			}
		}
	}
	shuffle(all)
	for i := range all {
		all[i].Split = split(i)
	}
	return all, nil
}

func split(index int) string {
	switch {
	case index < testGoals:
		return catalogue.Test
	case index < devGoals:
		return catalogue.Dev
	}
	return catalogue.Train
}

// combined returns the goal with each combination of values of the options, at
// most limit of them. Options go by name, and the last one changes first.
func combined(g catalogue.Goal, text string, options []catalogue.Option, limit int) []catalogue.Goal {
	options = slices.SortedFunc(slices.Values(options), func(a, b catalogue.Option) int { return strings.Compare(a.Name, b.Name) })
	var made []catalogue.Goal
	at := make([]int, len(options)) // index of the value of each option
	for len(made) < limit {
		c := g
		wanted := make([]string, len(options))
		for i, o := range options {
			if len(o.Values) == 0 {
				return nil
			}
			c.Options = append(c.Options, o.Values[at[i]])
			wanted[i] = o.Name + ": " + o.Values[at[i]]
		}
		with := ""
		if len(wanted) > 0 {
			with = " with " + strings.Join(wanted, ", and ")
		}
		c.Instruction = catalogue.WithBound(text+with, g.PriceUpper)
		made = append(made, c)
		if !advance(at, options) {
			break
		}
	}
	return made
}

// advance goes to the next combination; false: there is none.
func advance(at []int, options []catalogue.Option) bool {
	for i := len(at) - 1; i >= 0; i-- {
		if at[i]++; at[i] < len(options[i].Values) {
			return true
		}
		at[i] = 0
	}
	return false
}
