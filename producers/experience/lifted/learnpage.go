package lifted

import (
	"slices"
	"strings"
)

// What it takes for observations that begin alike to be pages.
const (
	fewPages    = 10 // different templates
	fewParts    = 3  // segments that they have on average
	fewOpenings = 5  // different segments that begin with an opening
	mostlyShare = 95 // percent of the segments at a place that do
)

// learnPages finds the kinds of pages: beginnings of observations that go on in
// too many ways for templates.
func (w *wording) learnPages(walks []*walk) {
	templates := map[string]map[string]bool{}
	texts := map[string]map[string]bool{}
	segments := map[string]int{}
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			c := &k.scene.commands[step.command]
			template, _ := w.template(k.scene, step.text, c.args[:c.n])
			b := beginning(step.text)
			if beginning(template) != b {
				continue // it names what only some have
			}
			if templates[b] == nil {
				templates[b], texts[b] = map[string]bool{}, map[string]bool{}
			}
			if !templates[b][template] {
				segments[b] += len(cutSegments(template))
			}
			templates[b][template] = true
			texts[b][step.text] = true
		}
	}
	for _, b := range sortedKeys(templates) {
		if len(w.Pages) < mostPages && len(templates[b]) >= fewPages && segments[b] >= fewParts*len(templates[b]) && strings.Count(b, " ") == mostHeader-1 {
			w.Pages = append(w.Pages, pageKind{Prefix: b, Openings: w.learnOpenings(texts[b])})
		}
	}
	if len(w.Pages) == 0 {
		return
	}
	for _, k := range walks {
		places := map[int32]map[int32]bool{}
		for i := range k.steps {
			if kind := w.pageKindOf(k.steps[i].text); kind != none {
				p := w.readPage(k.scene, kind, k.steps[i].text)
				if places[kind] == nil {
					places[kind] = map[int32]bool{}
				}
				places[kind][p.place] = true
			}
		}
		for kind, of := range places {
			if len(of) > 1 {
				w.Pages[kind].Wanders = true
			}
		}
	}
}

// learnOpenings finds how the segments of the first paragraph begin by their
// place in it alone. Openings are the words that nearly all segments of some
// place have in common, less a determiner at their end.
func (w *wording) learnOpenings(texts map[string]bool) []string {
	var at []map[string]bool // segments by their place
	for text := range texts {
		segments := cutSegments(strings.TrimRight(cutParagraphs(text)[0], " \n"))
		for i, s := range segments[1:] {
			if i == len(at) {
				at = append(at, map[string]bool{})
			}
			at[i][strings.TrimRight(s, " ")] = true
		}
	}
	known := map[string]bool{}
	for _, segments := range at {
		if o := w.commonOpening(segments); len(segments) >= fewOpenings && o != "" {
			known[o] = true
		}
	}
	openings := make([]string, len(at))
	several := false
	for i, segments := range at {
		for _, o := range sortedKeys(known) {
			n := 0
			for s := range segments {
				n += boolOrder(strings.HasPrefix(s, o))
			}
			if n*100 >= len(segments)*mostlyShare && len(o) > len(openings[i]) {
				openings[i] = o
			}
		}
		several = several || openings[i] != openings[0]
	}
	if !several {
		return nil
	}
	return openings
}

// commonOpening is what segments have in common at their beginning, in whole
// words.
func (w *wording) commonOpening(segments map[string]bool) string {
	common := ""
	for i, s := range sortedKeys(segments) {
		if i == 0 {
			common = s
		}
		for !strings.HasPrefix(s, common) {
			common = common[:max(0, strings.LastIndexByte(strings.TrimSuffix(common, " "), ' ')+1)]
		}
	}
	if !strings.HasSuffix(common, " ") {
		common = common[:strings.LastIndexByte(common, ' ')+1]
	}
	for {
		d := w.determinerBefore(common)
		if d == "" {
			break
		}
		common = strings.TrimSuffix(common, d)
	}
	if strings.Count(common, " ") < 2 {
		return ""
	}
	return common
}

// learnPartStyle finds how the items of parts are joined.
func (w *wording) learnPartStyle(walks []*walk) {
	c := newStyleCount()
	for _, k := range walks {
		for i := range k.steps {
			p := k.steps[i].reading.page
			if p == nil {
				continue
			}
			text := k.steps[i].text
			mentions := k.scene.mentions(text)
			for j := 1; j < len(mentions); j++ {
				_, holder := p.find(mentions[j].entity)
				if holder == nil {
					continue
				}
				at := slices.Index(holder.items, mentions[j].entity)
				gap := text[mentions[j-1].end:mentions[j].start]
				d := w.determinerBefore(gap)
				c.count(at, len(holder.items), strings.TrimSuffix(gap, d), d != "")
			}
		}
	}
	w.PartStyle = c.style()
}

// learnTurns learns how events change the parts of pages, from each look at a
// page and the next.
func (r *rules) learnTurns(w *wording, walks []*walk) {
	var turns examples
	forms := map[int32]int{}
	for _, k := range walks {
		for t := range k.steps {
			if p := k.steps[t].reading.page; p != nil {
				for _, g := range p.paragraphs {
					for i := range g.parts {
						forms[g.parts[i].form]++
					}
				}
			}
		}
	}
	for _, k := range walks {
		seen := map[int32]int{} // step of the last look, by place
		for t := range k.steps {
			p := k.steps[t].reading.page
			if p == nil {
				continue
			}
			if from, looked := seen[p.place]; looked {
				r.compareParts(k, from, t, forms, &turns)
			}
			seen[p.place] = t
		}
	}
	if turns.len() > 0 {
		r.Turns = grow(&turns, responseLimits)
	}
}

// compareParts takes examples of parts that one event touched between two looks.
func (r *rules) compareParts(k *walk, from, to int, forms map[int32]int, turns *examples) {
	before, after := k.steps[from].reading.page, k.steps[to].reading.page
	for _, g := range before.paragraphs {
		for i := range g.parts {
			t := &g.parts[i]
			if t.head == none || t.form == none {
				continue
			}
			event, role, n := none, -1, 0
			for j := from + 1; j <= to; j++ {
				step := &k.steps[j]
				c := &k.scene.commands[step.command]
				at := slices.Index(c.args[:c.n], t.head)
				if r.idle(step.event) || r.Still[step.event] && at < 0 {
					continue
				}
				if at >= 0 && !k.steps[j].showsPage() {
					event, role = step.event, at
					n++
				}
			}
			if n > 1 {
				continue
			}
			now, _ := after.find(t.head)
			items, form := 0, gone
			if now != nil {
				items, form = len(now.items), now.form
			} else if role < 0 {
				continue // it went without being touched
			} else {
				items = len(t.items)
			}
			if forms[form] < fewResponses && form != gone {
				continue
			}
			if role < 0 && items == len(t.items) {
				continue
			}
			turns.add(turnFeatures(t, role, event, items), form)
		}
	}
}

// showsPage says whether a step showed a page: it went or looked somewhere.
func (s *walked) showsPage() bool { return s.reading.page != nil }

// learnReveals finds the events whose list is from then on what the page shows
// of the same entity.
func (r *rules) learnReveals(walks []*walk) {
	right, wrong := map[int32]int{}, map[int32]int{}
	for _, k := range walks {
		shown := map[int32]listed{} // by head, since the last look
		by := map[int32]int32{}
		for i := range k.steps {
			step := &k.steps[i]
			if p := step.reading.page; p != nil {
				for _, l := range p.lists() {
					if was, ok := shown[l.head]; ok {
						if slices.Equal(was.items, l.items) {
							right[by[l.head]]++
						} else {
							wrong[by[l.head]]++
						}
					}
				}
				shown = map[int32]listed{}
				continue
			}
			if r.idle(step.event) {
				continue
			}
			c := &k.scene.commands[step.command]
			for h, l := range shown {
				for _, a := range c.args[:c.n] {
					if a == h || slices.Contains(l.items, a) {
						delete(shown, h)
					}
				}
			}
			for _, l := range step.reading.lists {
				if l.head != none && len(l.items) > 0 {
					shown[l.head] = l
					by[l.head] = step.event
				}
			}
		}
	}
	for e, n := range right {
		if n >= 3 && wrong[e]*10 <= n {
			r.Reveals[e] = true
		}
	}
}

// learnWays finds which command leads back from where another led.
func (r *rules) learnWays(w *wording, walks []*walk) {
	pairs := map[string]map[string]int{}
	for _, k := range walks {
		ways := map[way]int32{}
		here := none
		if kind := w.pageKindOf(k.first); kind != none && w.Pages[kind].Wanders {
			here = w.readPage(k.scene, kind, k.first).place
		}
		for i := range k.steps {
			p := k.steps[i].reading.page
			if p == nil || !w.Pages[p.kind].Wanders {
				continue
			}
			if here != none {
				ways[way{here, k.steps[i].command}] = p.place
			}
			here = p.place
		}
		for go1, to := range ways {
			for go2, back := range ways {
				if go2.place == to && back == go1.place && (to != go1.place || go1.command == go2.command) {
					a, b := k.scene.commands[go1.command].text, k.scene.commands[go2.command].text
					if pairs[a] == nil {
						pairs[a] = map[string]int{}
					}
					pairs[a][b]++
				}
			}
		}
	}
	for a, counts := range pairs {
		best := mostOften(counts)
		all := 0
		for _, n := range counts {
			all += n
		}
		if counts[best] >= 3 && counts[best]*10 >= all*9 {
			r.Back[a] = best
		}
	}
}
