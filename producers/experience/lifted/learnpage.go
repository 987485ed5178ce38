package lifted

import (
	"slices"
	"strings"
)

// What it takes for observations that begin alike to be pages.
const (
	fewPages    = 10 // different templates
	fewHeader   = 2  // words of their beginning
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
			template := w.template(k.scene, step.text, c.args[:c.n]).text
			b := beginning(step.text)
			if beginning(template) != b || len(strings.Fields(b)) < fewHeader {
				continue // it names what only some have, or is a heading
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
			w.Pages = append(w.Pages, pageKind{Prefix: b, Openings: w.learnOpenings(newScene(walks[0].scene.lexicon, ""), texts[b])})
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
	w.stayIn(walks)
}

// stayIn takes for the place where we are what the first observations show, where
// no page tells of several places.
func (w *wording) stayIn(walks []*walk) {
	if slices.ContainsFunc(w.Pages, func(k pageKind) bool { return k.Wanders }) {
		return
	}
	for _, k := range walks {
		if kind := w.pageKindOf(k.first); kind != none {
			w.Pages[kind].Wanders = true
		}
	}
}

// learnOpenings finds how the segments of the first paragraph begin by their
// place in it alone. Openings are the words that nearly all segments of some
// place have in common, less a determiner at their end.
func (w *wording) learnOpenings(s *scene, texts map[string]bool) []string {
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
		if o := w.commonOpening(s, segments); len(segments) >= fewOpenings && o != "" {
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
// words, before they name anything.
func (w *wording) commonOpening(s *scene, segments map[string]bool) string {
	common := ""
	for i, segment := range sortedKeys(segments) {
		if i == 0 {
			common = segment
		}
		for !strings.HasPrefix(segment, common) {
			common = common[:max(0, strings.LastIndexByte(strings.TrimSuffix(common, " "), ' ')+1)]
		}
	}
	if !strings.HasSuffix(common, " ") {
		common = common[:strings.LastIndexByte(common, ' ')+1]
	}
	for segment := range segments {
		if named := s.mentions(segment); len(named) > 0 && named[0].start < len(common) {
			common = common[:named[0].start]
		}
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
