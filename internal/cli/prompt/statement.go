package prompt

import "strings"

// Split cuts text into statements at the semicolons that are neither in
// quotes nor in comments. Rest is what follows the last one.
func Split(text string) (statements []string, rest string) {
	begin := 0
	for at := 0; at < len(text); {
		if text[at] == ';' {
			if s := strings.TrimSpace(text[begin:at]); s != "" {
				statements = append(statements, s)
			}
			begin = at + 1
		}
		at += tokenLength(text[at:])
	}
	return statements, text[begin:]
}

// Complete says whether text needs no further line: statements up to a
// semicolon, a command of the prompt, or nothing at all.
func Complete(text string) bool {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" || strings.HasPrefix(trimmed, ".") {
		return true
	}
	statements, rest := Split(text)
	return len(statements) > 0 && blank(rest)
}

// blank says whether text holds nothing but space and whole comments.
func blank(text string) bool {
	for at := 0; at < len(text); {
		n := tokenLength(text[at:])
		switch {
		case strings.ContainsRune(" \t\r\n", rune(text[at])):
		case strings.HasPrefix(text[at:], "--"):
		case strings.HasPrefix(text[at:], "/*") && strings.HasSuffix(text[at:at+n], "*/"):
		default:
			return false
		}
		at += n
	}
	return true
}

// tokenLength returns the length of what text begins with: a comment, a quoted
// text, or a single byte. What is not closed reaches to the end.
func tokenLength(text string) int {
	switch {
	case strings.HasPrefix(text, "--"):
		return through(text, 2, "\n")
	case strings.HasPrefix(text, "/*"):
		return through(text, 2, "*/")
	case text[0] == '\'' || text[0] == '"':
		return through(text, 1, text[:1]) // a doubled quote is two texts in a row
	case text[0] == '$':
		if tag := dollarTag(text); tag != "" {
			return through(text, len(tag), tag)
		}
	}
	return 1
}

// through returns the index behind the first end in text from a position on.
func through(text string, from int, end string) int {
	if i := strings.Index(text[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(text)
}

// dollarTag returns the $tag$ that text begins with, if it does; parameters
// such as $1 are none.
func dollarTag(text string) string {
	end := strings.IndexByte(text[1:], '$')
	if end < 0 {
		return ""
	}
	for i, r := range text[1 : 1+end] {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return ""
		}
	}
	return text[:end+2]
}
