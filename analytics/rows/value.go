package rows

import (
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Decimal is an exact number: Unscaled / 10^Scale.
type Decimal struct {
	Unscaled *big.Int
	Scale    int
}

// String returns d with exactly Scale digits behind the point.
func (d Decimal) String() string {
	digits := new(big.Int).Abs(d.Unscaled).String()
	if pad := d.Scale + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	if d.Scale > 0 {
		point := len(digits) - d.Scale
		digits = digits[:point] + "." + digits[point:]
	}
	if d.Unscaled.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

// Date is a day, counted from 1970-01-01.
type Date int32

// String returns d as in ISO 8601.
func (d Date) String() string {
	return time.Unix(int64(d)*24*60*60, 0).UTC().Format(time.DateOnly)
}

// Clock is a time of day, in microseconds since midnight.
type Clock int64

// String returns c as in ISO 8601, with a fraction only where there is one.
func (c Clock) String() string {
	// Not by package time: 24:00:00 is a time of day in SQL.
	seconds, micros := int64(c)/1e6, int64(c)%1e6
	s := fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if micros == 0 {
		return s
	}
	return strings.TrimRight(fmt.Sprintf("%s.%06d", s, micros), "0")
}

// Interval is a span of time in SQL's three parts, none of which is a fixed
// number of another.
type Interval struct {
	Months, Days int32
	Micros       int64
}

// String returns i as an ISO 8601 duration, such as P1M2DT3.5S.
func (i Interval) String() string {
	var b strings.Builder
	b.WriteByte('P')
	if i.Months != 0 {
		fmt.Fprintf(&b, "%dM", i.Months)
	}
	if i.Days != 0 {
		fmt.Fprintf(&b, "%dD", i.Days)
	}
	if i.Micros != 0 || b.Len() == 1 {
		seconds := Decimal{Unscaled: big.NewInt(i.Micros), Scale: 6}.String()
		b.WriteString("T" + strings.TrimSuffix(strings.TrimRight(seconds, "0"), ".") + "S")
	}
	return b.String()
}
