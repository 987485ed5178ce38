package cli

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestProgressWithoutATerminalIsALineNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := newScreen(&out)
		for i := range 120 { // 12 s
			s.progress(progress{done: int64(i), total: 120, text: "at work"})
			time.Sleep(100 * time.Millisecond)
		}
		require.Equal(t, " 41 %, at work\n 83 %, at work\n", out.String())
		s.endProgress()
		s.progress(progress{text: "else"})
		time.Sleep(6 * time.Second)
		s.progress(progress{text: "something else"})
		require.Contains(t, out.String(), "something else\n")
	})
}

func TestQuietShowsNoProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := newScreen(&out)
		s.hush(true)
		s.progress(progress{text: "a"})
		time.Sleep(time.Hour)
		s.progress(progress{text: "b"})
		require.Empty(t, out.String())
	})
}

func TestLinesStandAboveTheBar(t *testing.T) {
	var out bytes.Buffer
	s := newScreen(&out)
	s.terminal = true
	s.progress(progress{done: 50, total: 100, text: "12 episodes"})
	require.Contains(t, out.String(), "50%")
	require.Contains(t, out.String(), "12 episodes")
	out.Reset()
	_, err := s.Write([]byte("refused\n"))
	require.NoError(t, err)
	require.Regexp(t, `^\x1b\[2K\r.*refused\n$|^\r *\r.*refused\n$`, out.String(), "the bar is taken away first")
}

func TestNumbersAsPeopleReadThem(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		require.Equal(t, want, number(n))
	}
	for n, want := range map[int64]string{1: "1 byte", 999: "999 bytes", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 5_300_000_000: "5.3 GB"} {
		require.Equal(t, want, size(n))
	}
}

func TestByteSizes(t *testing.T) {
	for text, want := range map[string]int64{"512MB": 512e6, "2GiB": 2 << 30, "1.5g": 3 << 29, "4096": 4096, "7 kb": 7000, "3b": 3} {
		var b byteSize
		require.NoError(t, b.Set(text), text)
		require.EqualValues(t, want, b, text)
	}
	for _, text := range []string{"", "GB", "-1MB", "0", "NaN", "inf", "1e30TB", "12 apples"} {
		require.Error(t, new(byteSize).Set(text), text)
	}
}

func TestWrap(t *testing.T) {
	require.Equal(t, []string{"a line as it is"}, wrap("a line as it is", 0))
	require.Equal(t, []string{"twenty-four columns fit", "into one line"}, wrap("twenty-four columns fit into one line", 3), "too narrow is not taken")
	require.Equal(t, []string{"exactly twenty-four cols", "and more"}, wrap("exactly twenty-four cols and more", 24))
	require.Equal(t, []string{"aaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaa"}, wrap("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 24))
	require.Equal(t, []string{"two", "", "paragraphs"}, wrap("two\n\nparagraphs\n", 40))
	require.Equal(t, []string{"日本語日本語日本語日本語", "日本語"}, wrap("日本語日本語日本語日本語日本語", 24), "wide characters take two columns")
}
