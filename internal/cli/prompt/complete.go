package prompt

import (
	"slices"
	"strings"
)

// Candidate is a word that may stand where the cursor is.
type Candidate struct {
	// Word is the whole word, what was typed of it included.
	Word string
	// Kind is column, view, command or SQL; Description says more, or nothing.
	Kind, Description string
}

// keywords are those of SQL, and functions that questions about experience
// need most.
var keywords = strings.Fields(`SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT OFFSET JOIN LEFT RIGHT FULL INNER CROSS USING
	DISTINCT UNION EXCEPT INTERSECT WITH CASE WHEN THEN ELSE END AND OR NOT NULL LIKE ILIKE BETWEEN EXISTS
	QUALIFY PARTITION OVER FILTER DESCRIBE SUMMARIZE EXPLAIN VALUES INTERVAL UNNEST TRUE FALSE ASC DESC
	count( sum( avg( min( max( median( quantile_cont( var_pop( stddev( arg_max( arg_min( list( first( coalesce(
	row_number( length( lower( upper( round( starts_with( contains( regexp_matches( regexp_extract( substr(
	json_extract_string( date_trunc( unnest( histogram(`)

var commands = []string{".tables", ".refresh", ".help", ".quit"}

// Candidates returns what may stand at the end of the text before the cursor:
// columns of the views that the text names (of all, while it names none),
// views, and words of SQL; behind FROM only views. Head is the part of the last word, between blanks,
// that comes before what is completed.
func Candidates(views []View, before string) (head string, candidates []Candidate) {
	word := lastWord(before)
	if strings.HasPrefix(strings.TrimSpace(before), ".") {
		return "", commandsLike(word)
	}
	ident := lastIdentifier(word)
	head = word[:len(word)-len(ident)]
	qualified := strings.HasSuffix(head, ".")
	if !qualified && (ident == "" || sourceNext(before[:len(before)-len(word)])) {
		return head, viewsLike(views, ident)
	}
	candidates = columnsLike(mentioned(views, before), ident)
	if !qualified {
		candidates = append(candidates, viewsLike(views, ident)...)
		candidates = append(candidates, keywordsLike(ident)...)
	}
	return head, candidates
}

// sourceNext says whether a view stands behind a text.
func sourceNext(before string) bool {
	words := strings.Fields(before)
	if len(words) == 0 {
		return false
	}
	switch strings.ToUpper(words[len(words)-1]) {
	case "FROM", "JOIN", "DESCRIBE", "SUMMARIZE":
		return true
	}
	return false
}

// lastWord returns what stands between the last blank and the end.
func lastWord(text string) string { return text[strings.LastIndexAny(text, " \t\r\n")+1:] }

// lastIdentifier returns the letters, digits and underscores at the end.
func lastIdentifier(text string) string {
	begin := len(text)
	for begin > 0 && identifierByte(text[begin-1]) {
		begin--
	}
	return text[begin:]
}

func identifierByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// mentioned returns the views that a text names; all where it names none.
func mentioned(views []View, text string) []View {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r > 127 || !identifierByte(byte(r)) })
	var named []View
	for _, v := range views {
		if slices.Contains(words, v.Name) {
			named = append(named, v)
		}
	}
	if named == nil {
		return views
	}
	return named
}

func columnsLike(views []View, prefix string) (found []Candidate) {
	met := map[string]bool{}
	for _, v := range views {
		for _, c := range v.Columns {
			if strings.HasPrefix(c.Name, strings.ToLower(prefix)) && !met[c.Name] {
				met[c.Name] = true
				found = append(found, Candidate{typed(prefix, c.Name), "column", c.Type})
			}
		}
	}
	return found
}

func viewsLike(views []View, prefix string) (found []Candidate) {
	for _, v := range views {
		if strings.HasPrefix(v.Name, strings.ToLower(prefix)) {
			found = append(found, Candidate{typed(prefix, v.Name), "view", firstSentence(v.Summary)})
		}
	}
	return found
}

// keywordsLike returns words of SQL in capitals where the person types those.
func keywordsLike(prefix string) (found []Candidate) {
	capitals := prefix == strings.ToUpper(prefix)
	for _, k := range keywords {
		if !strings.HasPrefix(strings.ToUpper(k), strings.ToUpper(prefix)) {
			continue
		}
		if !capitals {
			k = strings.ToLower(k)
		}
		found = append(found, Candidate{typed(prefix, k), "SQL", ""})
	}
	return found
}

func commandsLike(prefix string) (found []Candidate) {
	for _, c := range commands {
		if strings.HasPrefix(c, prefix) {
			found = append(found, Candidate{c, "command", ""})
		}
	}
	return found
}

// typed keeps of a word what the person typed already.
func typed(prefix, word string) string { return prefix + word[len(prefix):] }
