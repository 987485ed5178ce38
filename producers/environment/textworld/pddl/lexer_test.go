package pddl

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func tokens(t *testing.T, text string) (words []string, lines []int) {
	t.Helper()
	for l := newLexer(text); ; {
		next, err := l.next()
		require.NoError(t, err)
		if next.text == "" {
			return words, lines
		}
		words, lines = append(words, next.text), append(lines, next.line)
	}
}

func TestWordsAreLowerCaseAndEndAtParenthesesQuestionMarksAndComments(t *testing.T) {
	words, lines := tokens(t, "(At?A ?b;c (\n  x-1)\r\n;\n;z\n\ty;")
	require.Equal(t, []string{"(", "at", "?a", "?b", "x-1", ")", "y"}, words)
	require.Equal(t, []int{1, 1, 1, 1, 2, 2, 5}, lines)
}

func TestOtherCharactersBelongInComments(t *testing.T) {
	words, _ := tokens(t, "a ; größe\nb")
	require.Equal(t, []string{"a", "b"}, words)
	_, err := parseTree("(a\nb größe)")
	require.EqualError(t, err, "line 2: \"größe\" is not ASCII; only comments may hold other characters")
}

func TestListsMustCloseAndBeOne(t *testing.T) {
	for text, want := range map[string]string{
		"":                  "line 1: the text must begin with a parenthesis, not with nothing",
		"a":                 "line 1: the text must begin with a parenthesis, not with “a”",
		"(a\n(b c":          "line 2: the text ends within the list that begins in line 2: it is cut off, or a ')' is missing",
		"(a)\n)":            "line 2: “)” after the end: one parenthesis too many before it",
		"(a) (b)":           "line 1: “(” after the end: one parenthesis too many before it",
		"(a) ; the end (\n": "",
	} {
		_, err := parseTree(text)
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.EqualError(t, err, want, text)
	}
}

func TestDeepNestingIsRefused(t *testing.T) {
	_, err := parseTree(strings.Repeat("(", 1_000_000))
	require.ErrorContains(t, err, "parentheses nest deeper than 500")
	_, err = parseTree(strings.Repeat("(", MaxDepth) + strings.Repeat(")", MaxDepth))
	require.NoError(t, err)
}

func FuzzLexer(f *testing.F) {
	for _, seed := range []string{"", "(a ?b)", ";", "a;b\nc", "??", "((((", "\x00(\xff)", "(define (domain d))"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l := newLexer(text)
		for line := 1; ; {
			next, err := l.next()
			if err != nil || next.text == "" {
				return
			}
			require.GreaterOrEqual(t, next.line, line)
			line = next.line
		}
	})
}
