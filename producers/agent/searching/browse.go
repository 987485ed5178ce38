package searching

import (
	"regexp"
	"strconv"
	"strings"
)

// browse reads pages that have labels to click on. In this order: it clicks on
// what the instruction says word by word, which are options; buys, where that
// is offered; searches with the words that have most of the instruction's; and
// opens the result that has most of them beside it, at a price within bounds.
type browse struct {
	goal *goal
	// chosen are the labels clicked on since the last that was none of the
	// instruction's.
	chosen []string
	tried  map[string]bool // searches, and results that were opened
}

// took remembers what was chosen, searched and opened.
func (b *browse) took(c command) {
	if c.act != enter && c.act != click {
		return
	}
	if b.tried == nil {
		b.tried = map[string]bool{}
	}
	b.tried[c.action] = true
	if c.act == click && b.goal.says(c.label) {
		b.chosen = append(b.chosen, strings.ToLower(c.label))
	} else {
		b.chosen = nil
	}
}

// suggest reads the page.
func (b *browse) suggest(v view) []string {
	page := pageOf(v)
	if best := b.most(v, click, b.option); len(best) > 0 {
		return best
	}
	if best := v.which(func(c command) bool { return c.act == click && buys(c.label) }); len(best) > 0 {
		return best
	}
	if best := b.most(v, enter, func(c command) int { return b.goal.overlap(c.label) }); len(best) > 0 {
		return best
	}
	return b.most(v, click, func(c command) int { return b.worth(page[strings.ToLower(c.label)]) })
}

// most returns the actions of an act that score highest, above 0. Of searches
// and results, each is taken once.
func (b *browse) most(v view, a act, score func(command) int) (best []string) {
	highest := 1
	for _, c := range v.commands {
		if c.act != a || b.tried[c.action] && !b.goal.says(c.label) {
			continue
		}
		s := score(c)
		if s > highest {
			best, highest = nil, s
		}
		if s == highest {
			best = append(best, c.action)
		}
	}
	return best
}

// option scores a label that the instruction says by its length, unless it was
// chosen already, alone or as a part of a longer one.
func (b *browse) option(c command) int {
	if !b.goal.says(c.label) {
		return 0
	}
	words := strings.Join(tokens(c.label), " ")
	for _, chosen := range b.chosen {
		if strings.Contains(" "+strings.Join(tokens(chosen), " ")+" ", " "+words+" ") {
			return 0
		}
	}
	return len(words)
}

func buys(label string) bool {
	for _, word := range tokens(label) {
		switch word {
		case "buy", "purchase", "checkout":
			return true
		}
	}
	return false
}

var dollars = regexp.MustCompile(`\$([0-9][0-9,]*(?:\.[0-9]+)?)`)

// worth scores what is written beside a result. One that costs too much is
// worth nothing.
func (b *browse) worth(beside string) int {
	if m := dollars.FindStringSubmatch(beside); m != nil && b.goal.bound > 0 {
		price, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 64)
		if err == nil && price > b.goal.bound {
			return 0
		}
	}
	return b.goal.overlap(beside)
}

// pageOf returns what is written below each label that stands alone: up to the
// next one. Labels are in lower case.
func pageOf(v view) map[string]string {
	labels, page, current := map[string]bool{}, map[string]string{}, ""
	for _, c := range v.commands {
		if c.act == click {
			labels[strings.ToLower(c.label)] = true
		}
	}
	for _, piece := range strings.Split(strings.ReplaceAll(v.text, "[SEP]", "\n"), "\n") {
		piece = strings.TrimSpace(piece)
		label := strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(piece, "["), "]"))
		switch {
		case labels[label]:
			current = label
		case strings.HasPrefix(piece, "[") || strings.HasSuffix(piece, "]"):
			current = "" // a row of labels
		case current != "":
			page[current] += piece + "\n"
		}
	}
	return page
}
