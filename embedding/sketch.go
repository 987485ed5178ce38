package embedding

import "math/bits"

// sketchBits is the number of signs in a sketch.
const sketchBits = 512

// sketch of a vector are the signs of its projections on 512 fixed directions:
// the share in which two sketches differ is about the angle of the vectors over
// pi (Charikar, "Similarity Estimation Techniques from Rounding Algorithms",
// 2002, section 3). The directions are those of a Hadamard matrix after random
// signs, which takes 512 log 512 additions (Ailon and Chazelle, "The fast
// Johnson-Lindenstrauss transform", 2009).
type sketch [sketchBits / 64]uint64

// newSketch takes the components of a vector; work is scratch.
func newSketch(components []int16, work *[sketchBits]int32) (s sketch) {
	clear(work[:])
	for i, x := range components {
		if x == 0 {
			continue
		}
		if mix(uint64(i), sketchBits)&1 == 0 {
			work[i%sketchBits] += int32(x)
		} else {
			work[i%sketchBits] -= int32(x)
		}
	}
	hadamard(work)
	for i, x := range work {
		if x > 0 {
			s[i/64] |= 1 << (i % 64)
		}
	}
	return s
}

// hadamard multiplies with the Hadamard matrix of order 512, in place.
func hadamard(x *[sketchBits]int32) {
	for half := 1; half < sketchBits; half *= 2 {
		for start := 0; start < sketchBits; start += 2 * half {
			low, high := x[start:start+half], x[start+half:start+2*half]
			for i, a := range low {
				b := high[i]
				low[i], high[i] = a+b, a-b
			}
		}
	}
}

// distance is the number of signs that differ.
func (s *sketch) distance(t *sketch) int {
	return bits.OnesCount64(s[0]^t[0]) + bits.OnesCount64(s[1]^t[1]) +
		bits.OnesCount64(s[2]^t[2]) + bits.OnesCount64(s[3]^t[3]) +
		bits.OnesCount64(s[4]^t[4]) + bits.OnesCount64(s[5]^t[5]) +
		bits.OnesCount64(s[6]^t[6]) + bits.OnesCount64(s[7]^t[7])
}
