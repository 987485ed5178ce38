package lifted

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Observations are read as templates: text with slots, which are these runes of
// Unicode's private area.
const (
	slotArg   = '\uE000' // and the two behind it: an argument of the action
	slotTitle = '\uE010' // and the two behind it: the same with a capital letter
	slotList  = '\uE020' // a list of entities
	slotHead  = '\uE021' // what a relation is about
)

// wording says how observations are worded. It is learned, and never changes
// once it is.
type wording struct {
	// Segments are templates of sentences and lines, with what parts them from
	// the next. Responses are sequences of segments: whole observations.
	Segments  []string
	Responses [][]int32
	// Relations are what a list is about: the segment around it, with its head
	// for a variable. Facts are segments of the same kind that name one entity.
	Relations []string
	// Separators part the items of lists; Determiners stand before them, each
	// with its blank.
	Separators, Determiners []string
	// Empty are segments that say of a relation that its list is empty.
	Empty map[int32]emptyForm
	// Styles of the relations' lists, by relation.
	Styles map[int32]style
	// Pages are the kinds of pages, Forms how their parts are worded, PartStyle
	// how the items of parts are joined.
	Pages     []pageKind
	Forms     []string
	PartStyle style
	// Article of each type: an index into Determiners.
	Articles map[int32]int32

	segmentOf  map[string]int32
	responseOf map[string]int32
	relationOf map[string]int32
	formOf     map[string]int32
	plans      []plan // by response

	learning bool // new templates are added
}

// emptyForm is a segment with the word for nothing where the list would be.
type emptyForm struct {
	// Full is the segment with a list; Word stands in its place.
	Full int32
	Word string
}

// style is how the items of a relation's list are joined.
type style struct {
	// First and Rest say whether determiners stand before the first item, and
	// before the others.
	First, Rest bool
	// Two parts two items; Middle and Last part more.
	Two, Middle, Last string
}

// plan says what the slots of a response hold: for each list its relation and
// the argument that is its head, for each fact the argument it is about.
type plan struct {
	lists []planned
	facts []planned
}

type planned struct {
	relation int32
	head     int8 // index of an argument; -1: none; listBefore
}

// listBefore is the head of a list that is about the one entity of the list
// before it: "on the sofa you see a cushion".
const listBefore int8 = -2

func newWording() *wording {
	w := &wording{Forms: []string{""}, Empty: map[int32]emptyForm{}, Styles: map[int32]style{}, Articles: map[int32]int32{}, learning: true}
	w.index()
	return w
}

// index makes what is derived.
func (w *wording) index() {
	w.segmentOf, w.responseOf, w.relationOf, w.formOf = map[string]int32{}, map[string]int32{}, map[string]int32{}, map[string]int32{}
	for i, f := range w.Forms {
		w.formOf[f] = int32(i)
	}
	for i, s := range w.Segments {
		w.segmentOf[s] = int32(i)
	}
	for i, r := range w.Relations {
		w.relationOf[r] = int32(i)
	}
	w.plans = nil
	for i, r := range w.Responses {
		w.responseOf[sequence(r)] = int32(i)
		w.plans = append(w.plans, w.plan(r))
	}
}

func sequence(segments []int32) string {
	b := make([]byte, 0, 4*len(segments))
	for _, s := range segments {
		b = append(b, byte(s), byte(s>>8), byte(s>>16), byte(s>>24))
	}
	return string(b)
}

func (w *wording) segment(text string) int32 { return w.number(text, &w.Segments, w.segmentOf) }

func (w *wording) relation(text string) int32 { return w.number(text, &w.Relations, w.relationOf) }

// number numbers a text; none where it is new and nothing is learned any more.
func (w *wording) number(text string, texts *[]string, of map[string]int32) int32 {
	if n, known := of[text]; known {
		return n
	}
	if !w.learning {
		return none
	}
	n := int32(len(*texts))
	*texts = append(*texts, text)
	of[text] = n
	return n
}

func (w *wording) response(segments []int32) int32 {
	key := sequence(segments)
	if n, known := w.responseOf[key]; known {
		return n
	}
	if !w.learning || slices.Contains(segments, none) {
		return none
	}
	n := int32(len(w.Responses))
	w.Responses = append(w.Responses, segments)
	w.responseOf[key] = n
	w.plans = append(w.plans, w.plan(segments))
	return n
}

// mention is an entity in a text.
type mention struct {
	start, end int
	entity     int32
	title      bool // with a capital letter
}

// mentions finds the entities in a text: the longest that fit, from the left.
func (s *scene) mentions(text string) []mention {
	var found []mention
	for at := 0; at < len(text); {
		start, end := nextWord(text, at)
		if start < 0 {
			break
		}
		stop, name := s.longestEntity(text, start, end)
		if stop < 0 {
			at = end
			continue
		}
		title := text[start] != name[0]
		found = append(found, mention{start, stop, s.entity(name), title})
		at = stop
	}
	return found
}

// longestEntity returns where the longest entity ends that begins with the word
// from start to end, and its name; -1: none does.
func (s *scene) longestEntity(text string, start, end int) (int, string) {
	x := s.lexicon
	best, name := -1, ""
	for words := 1; ; words++ {
		phrase := text[start:end]
		_, typed := x.types[phrase]
		if c := phrase[0]; !typed && c >= 'A' && c <= 'Z' {
			phrase = string(c+'a'-'A') + phrase[1:]
			_, typed = x.types[phrase]
		}
		if x.Numbered {
			if typed || words == 1 && isLower(phrase) {
				if a, b := nextWord(text, end); a == end+1 && text[end] == ' ' && isNumber(text[a:b]) {
					best, name = b, phrase+text[end:b]
				}
			}
		} else if isNumber(phrase) {
			// it is a price, or a count
		} else if typed {
			best, name = end, phrase
		} else if _, known := s.entityOf[phrase]; known {
			best, name = end, phrase
		}
		if words >= max(x.longest, 4) || end >= len(text) || text[end] != ' ' {
			return best, name
		}
		a, b := nextWord(text, end)
		if a != end+1 {
			return best, name
		}
		end = b
	}
}

func isLower(word string) bool {
	for i := range len(word) {
		if c := word[i]; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// nextWord returns the next word at or after a place; -1: there is none.
func nextWord(text string, at int) (start, end int) {
	for at < len(text) && !wordByte(text[at]) {
		at++
	}
	if at == len(text) {
		return -1, -1
	}
	end = at
	for end < len(text) && wordByte(text[end]) {
		end++
	}
	return at, end
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '\'' || c == '-' || c >= utf8.RuneSelf
}

// clean returns a text without the runes that stand for slots, of which no
// honest one has any.
func clean(text string) string {
	if !strings.ContainsFunc(text, reserved) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if reserved(r) {
			return utf8.RuneError
		}
		return r
	}, text)
}

func reserved(r rune) bool { return r >= slotArg && r < slotPage+mostPages }

// reading is an observation taken apart.
type reading struct {
	response int32 // none: worded as nothing before
	lists    []listed
	facts    []stated
	page     *page // nil: it is none
}

// listed is a list that was shown: what stands in relation to the head.
type listed struct {
	relation, head int32
	items          []int32
}

// stated is a fact that was said of an entity.
type stated struct{ fact, entity int32 }

// read takes an observation apart that answers a command.
func (w *wording) read(s *scene, text string, c *command) reading {
	text = clean(text)
	if kind := w.pageKindOf(text); kind != none {
		segment := w.segment(string(slotPage + rune(kind)))
		return reading{response: w.response([]int32{segment}), page: w.readPage(s, kind, text)}
	}
	template, lists := w.template(s, text, c.args[:c.n])
	return w.interpret(template, lists, c)
}

// interpret makes of a template and the contents of its slots what it says.
func (w *wording) interpret(template string, lists [][]int32, c *command) reading {
	var r reading
	var segments []int32
	next := 0
	for _, text := range cutSegments(template) {
		n := w.segment(text)
		if e, ok := w.Empty[n]; ok {
			n = e.Full
			for range strings.Count(w.Segments[n], string(slotList)) {
				lists = slices.Insert(lists, next, nil)
				next++
			}
		} else {
			next += strings.Count(text, string(slotList))
		}
		segments = append(segments, n)
	}
	r.response = w.response(segments)
	p := plan{}
	if r.response != none {
		p = w.plans[r.response]
	} else {
		p = w.plan(segments)
	}
	arg := func(i int8) int32 {
		if i < 0 {
			return none
		}
		return c.args[i]
	}
	for i, l := range p.lists {
		if l.relation == none || i >= len(lists) {
			continue
		}
		head := arg(l.head)
		if l.head == listBefore {
			if len(lists[i-1]) != 1 {
				continue
			}
			head = lists[i-1][0]
		}
		r.lists = append(r.lists, listed{l.relation, head, lists[i]})
	}
	for _, f := range p.facts {
		if f.relation != none {
			r.facts = append(r.facts, stated{f.relation, arg(f.head)})
		}
	}
	return r
}

// template puts slots in the place of entities: one for each mention of an
// argument, and one for each list of others.
func (w *wording) template(s *scene, text string, args []int32) (string, [][]int32) {
	var b strings.Builder
	var lists [][]int32
	at, listEnd := 0, -1
	for _, m := range s.mentions(text) {
		if i := slices.Index(args, m.entity); i >= 0 {
			b.WriteString(text[at:m.start])
			slot := slotArg
			if m.title {
				slot = slotTitle
			}
			b.WriteRune(slot + rune(i))
			at, listEnd = m.end, -1
			continue
		}
		if listEnd >= 0 && listEnd == at && w.separates(text[at:m.start]) {
			lists[len(lists)-1] = append(lists[len(lists)-1], m.entity)
		} else {
			b.WriteString(text[at : m.start-len(w.determinerBefore(text[at:m.start]))])
			b.WriteRune(slotList)
			lists = append(lists, []int32{m.entity})
		}
		at, listEnd = m.end, m.end
	}
	b.WriteString(text[at:])
	return b.String(), lists
}

// separates says whether a gap between two entities parts items of a list.
func (w *wording) separates(gap string) bool {
	return slices.Contains(w.Separators, strings.TrimSuffix(gap, w.determinerBefore(gap)))
}

// determinerBefore returns the determiner that a text ends in, with its blank.
func (w *wording) determinerBefore(text string) string {
	for _, d := range w.Determiners {
		if strings.HasSuffix(text, d) && (len(text) == len(d) || !wordByte(text[len(text)-len(d)-1])) {
			return d
		}
	}
	return ""
}

// cutSegments cuts a template behind the ends of sentences and lines. What
// parts two segments belongs to the first.
func cutSegments(text string) []string {
	var segments []string
	start := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		end := c == '\n' || (c == '.' || c == '!' || c == '?') && i+1 < len(text) && (text[i+1] == ' ' || text[i+1] == '\n')
		if !end {
			continue
		}
		j := i + 1
		for j < len(text) && (text[j] == ' ' || text[j] == '\n') {
			j++
		}
		segments = append(segments, text[start:j])
		start, i = j, j-1
	}
	if start < len(text) {
		segments = append(segments, text[start:])
	}
	return segments
}

// plan finds what the slots of a response hold. A list is about the first
// argument that its segment names, else about the one named last before.
func (w *wording) plan(segments []int32) plan {
	var p plan
	last := int8(-1)
	for _, n := range segments {
		if n == none {
			continue
		}
		text := w.Segments[n]
		named := argsNamed(text)
		lists := strings.Count(text, string(slotList))
		about := generalised(text)
		switch {
		case lists > 0:
			head := last
			if len(named) > 0 {
				head = named[0]
				last = head
			}
			for i := range lists {
				switch {
				case i == 1 && len(named) == 0 && lists == 2:
					about := strings.Replace(generalised(text), string(slotList), string(slotHead), 1)
					p.lists = append(p.lists, planned{w.relation(about), listBefore})
				default:
					p.lists = append(p.lists, planned{w.relation(about), head})
					about += "'"
				}
			}
		case len(named) > 0 && !slices.ContainsFunc(named, func(a int8) bool { return a != named[0] }):
			p.facts = append(p.facts, planned{w.relation(about), named[0]})
			last = named[0]
		case len(named) > 0:
			last = named[len(named)-1]
		}
	}
	return p
}

// argsNamed lists the arguments that a segment names, in order.
func argsNamed(segment string) []int8 {
	var named []int8
	for _, r := range segment {
		switch {
		case r >= slotArg && r < slotArg+maxArity:
			named = append(named, int8(r-slotArg))
		case r >= slotTitle && r < slotTitle+maxArity:
			named = append(named, int8(r-slotTitle))
		}
	}
	return named
}

// generalised is a segment that no longer says which argument it names.
func generalised(segment string) string {
	return strings.Map(func(r rune) rune {
		if r >= slotArg && r < slotArg+maxArity || r >= slotTitle && r < slotTitle+maxArity {
			return slotHead
		}
		return r
	}, strings.TrimRight(segment, " \n"))
}

// write renders a response.
func (w *wording) write(s *scene, response int32, c *command, lists [][]int32, p *page) string {
	var b strings.Builder
	next := 0
	for _, n := range w.Responses[response] {
		text := w.Segments[n]
		for _, r := range text {
			switch {
			case r >= slotPage && r < slotPage+mostPages:
				if p != nil {
					b.WriteString(w.writePage(s, p))
				}
			case r == slotList:
				w.writeList(&b, s, n, lists[next], w.plans[response].lists[next].relation)
				next++
			case r >= slotArg && r < slotArg+maxArity:
				b.WriteString(s.name(c, int(r-slotArg)))
			case r >= slotTitle && r < slotTitle+maxArity:
				b.WriteString(capitalised(s.name(c, int(r-slotTitle))))
			default:
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

func (s *scene) name(c *command, arg int) string {
	if arg >= c.n {
		return ""
	}
	return s.entities[c.args[arg]].name
}

func capitalised(name string) string {
	if name == "" || name[0] < 'a' || name[0] > 'z' {
		return name
	}
	return string(name[0]-'a'+'A') + name[1:]
}

// writeList renders the items of a relation's list.
func (w *wording) writeList(b *strings.Builder, s *scene, segment int32, items []int32, relation int32) {
	if len(items) == 0 {
		b.WriteString(w.nothing(segment))
		return
	}
	w.joinItems(b, s, items, w.Styles[relation])
}

// joinItems writes the items of a list.
func (w *wording) joinItems(b *strings.Builder, s *scene, items []int32, how style) {
	for i, e := range items {
		switch {
		case i == 0:
		case len(items) == 2:
			b.WriteString(how.Two)
		case i == len(items)-1:
			b.WriteString(how.Last)
		default:
			b.WriteString(how.Middle)
		}
		if i == 0 && how.First || i > 0 && how.Rest {
			b.WriteString(w.article(s.entities[e].kind))
		}
		b.WriteString(s.entities[e].name)
	}
}

// nothing is the word for an empty list in a segment.
func (w *wording) nothing(segment int32) string {
	word, from := "nothing", none
	for _, n := range sortedKeys(w.Empty) {
		if e := w.Empty[n]; e.Full == segment && from == none {
			word, from = e.Word, n
		}
	}
	return word
}

func (w *wording) article(kind int32) string {
	if d, known := w.Articles[kind]; known && int(d) < len(w.Determiners) {
		return w.Determiners[d]
	}
	if len(w.Determiners) > 0 {
		return w.Determiners[0]
	}
	return ""
}
